/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Final errors, the rules they stand for, and what usually helps. */
#include "verifier_sim/explain.h"

#include <string.h>

struct rule {
	const char *words[2];	/* all stand in the message; the first entry that fits counts */
	const char *rule, *help;
};

static const struct rule rules[] = {
	{ { "Unreleased reference" },
	  "whatever was acquired (an iterator by new, an object, a ring buffer record) is given back on every path to the exit",
	  "call destroy, release, submit or discard on each way out, also early returns and breaks" },
	{ { "expected uninitialized iter_" },
	  "new takes stack slots in which no iterator lives",
	  "destroy the iterator before it is initialised again, or use another variable; two loops at a time need two" },
	{ { "expected an initialized iter_" },
	  "next and destroy take an iterator of that kind which new has initialised and nothing has written to since",
	  "call new before, on every path; do not destroy twice, and do not write to the iterator's variable or pass its address to what writes" },
	{ { "expected an RCU CS when using" },
	  "elements of this iterator live only within the RCU read section in which it was initialised",
	  "hold bpf_rcu_read_lock() from before new until after destroy" },
	{ { "requires RCU critical section protection" },
	  "this function may only be called within an RCU read section",
	  "surround it with bpf_rcu_read_lock() and bpf_rcu_read_unlock(), or make the program non-sleepable" },
	{ { "must be a rcu pointer" },
	  "the argument has to be an object that RCU or a reference keeps alive",
	  "take it from a trusted source (bpf_get_current_task_btf(), a tp_btf argument), or acquire a reference" },
	{ { "must be referenced or trusted" },
	  "the argument has to be an object that is known to be alive",
	  "take it from a trusted source, or acquire a reference first" },
	{ { "invalid mem access '", "or_null" },
	  "what may be NULL is compared with NULL before it is used",
	  "check the very register that is used: the pointer itself, not a copy made before the check" },
	{ { "invalid mem access 'scalar'" },
	  "only pointers can be read through, and a number is none (NULL is a number, and so is a pointer after arithmetic the verifier cannot follow, or one whose owner was released)",
	  "check for NULL, keep the pointer in a variable of its own, or read kernel memory with bpf_probe_read_kernel() or CO-RE" },
	{ { "BPF program is too large" },
	  "at most a million instructions are simulated over all paths",
	  "make the loop converge; see below" },
	{ { "jumps is too complex" },
	  "at most 8192 branches may wait to be explored",
	  "fewer branches in loops that are unrolled: an open-coded iterator or bpf_loop() instead" },
	{ { "infinite loop detected" },
	  "a loop makes progress that the verifier can see: here a state came back unchanged",
	  "let a counter or an iterator advance on every way round, or bound the loop with may_goto (can_loop)" },
	{ { "back-edge" },
	  "without privileges there are no loops",
	  "unroll the loop" },
	{ { "min value is outside of the allowed memory range" },
	  "an offset is never below the memory's beginning",
	  "check the index for >= 0, or make it unsigned, before it is used" },
	{ { "max value is outside of the allowed memory range" },
	  "an offset plus the size of the access stays within the memory",
	  "compare the index with the size right before it is used, and keep the compared value in the same variable" },
	{ { "unbounded memory access" },
	  "an index into memory has an upper bound",
	  "compare it with the size, or mask it, right before the access" },
	{ { "invalid access to map value" },
	  "accesses stay within a map's value",
	  "check the offset against the value's size" },
	{ { "outside of the array range" }, "accesses stay within the array", "check the index" },
	{ { "invalid read from stack" },
	  "stack that is read was written before",
	  "initialise the variable, all of it" },
	{ { "invalid indirect read from stack" },
	  "memory a helper reads was written before",
	  "initialise the variable, padding included (memset, or = {})" },
	{ { "!read_ok" },
	  "a register is written before it is read; calls leave r1 to r5 without contents",
	  "initialise the variable on every path, also the one on which a loop is never entered" },
	{ { "unreachable insn" }, "every instruction can be reached", "remove what cannot" },
	{ { "combined stack size" }, "functions on a call chain share 512 bytes of stack",
	  "smaller local arrays, or a per-CPU array map for them" },
	{ { "call stack of" }, "at most 8 functions are on a call chain", "fewer levels" },
	{ { "cannot use helper" }, "program types may call only certain helpers", "use another section or helper" },
	{ { "is not allowed", "calling kernel function" }, "program types may call only certain kernel functions",
	  "use another section (tp_btf, fentry, syscall have most of them)" },
	{ { "GPL" }, "this function, or this memory, is for programs under a GPL-compatible licence only",
	  "declare char _license[] SEC(\"license\") = \"GPL\"" },
	{ { "might sleep" }, "what may sleep is called only from sleepable programs, outside of RCU sections and locks",
	  "use a sleepable section (.s), or a variant that does not sleep" },
	{ { "sleepable" }, "what may sleep is called only from sleepable programs, outside of RCU sections and locks",
	  "move it out of the section" },
	{ { "expects pointer to" }, "arguments have the type the function declares", "pass an object of that type" },
	{ { "type=", "expected=" }, "a helper's argument has one of the types it is declared with",
	  "pass a pointer of that kind; a copy of the data on the stack often does" },
	{ { "should have been in" }, "what a program or a callback of this kind returns lies in a range",
	  "return a value the verifier can see to be in the range" },
	{ { "pointer arithmetic" }, "only bounded numbers are added to pointers, and only to some kinds", "compute on an index instead" },
	{ { "math between" }, "numbers added to pointers have bounds", "bound the number first" },
	{ { "only read is supported" }, "kernel structures are not written to", "use a kernel function or helper that changes it" },
	{ { "invalid size of register spill" }, "pointers are stored whole, 8 bytes at an aligned place", "store all of it" },
};

void vs_explain_rule(FILE *out, const char *message)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *r = &rules[i];

		if (!strstr(message, r->words[0]) || (r->words[1] && !strstr(message, r->words[1])))
			continue;
		fprintf(out, "The rule: %s.\nWhat helps: %s.\n", r->rule, r->help);
		return;
	}
}

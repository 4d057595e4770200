// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an ELF section's name says about its programs (prog_type.h). */
#include "bpf/prog_type.h"

#include <linux/btf.h>
#include <string.h>

#include "bpf/insn.h"

#define BTF	TV_SEC_ATTACH_BTF
#define SLEEP	TV_SEC_SLEEPABLE
#define NEWER	TV_SEC_NEWER

/* Attach types that this machine's <linux/bpf.h> may not have yet. */
#define NETFILTER_HOOK		45
#define TCX_INGRESS		46
#define TCX_EGRESS		47
#define UPROBE_MULTI		48
#define CGROUP_UNIX_CONNECT	49
#define CGROUP_UNIX_SENDMSG	50
#define CGROUP_UNIX_RECVMSG	51
#define CGROUP_UNIX_GETPEERNAME	52
#define CGROUP_UNIX_GETSOCKNAME	53
#define KPROBE_SESSION		56
#define UPROBE_SESSION		57

#define PROG(name)	BPF_PROG_TYPE_##name
#define KPROBE		PROG(KPROBE)
#define TRACING		PROG(TRACING)
#define SOCK_ADDR	PROG(CGROUP_SOCK_ADDR)

/* libbpf 1.1's conventions, tracing first, each kind together; no two patterns fit one name. */
static const struct tv_sec_def defs[] = {
	{ "raw_tp+", PROG(RAW_TRACEPOINT), 0, 0 },
	{ "raw_tracepoint+", PROG(RAW_TRACEPOINT), 0, 0 },
	{ "raw_tp.w+", PROG(RAW_TRACEPOINT_WRITABLE), 0, 0 },
	{ "raw_tracepoint.w+", PROG(RAW_TRACEPOINT_WRITABLE), 0, 0 },
	{ "tp+", PROG(TRACEPOINT), 0, 0 },
	{ "tracepoint+", PROG(TRACEPOINT), 0, 0 },
	{ "perf_event", PROG(PERF_EVENT), 0, 0 },
	{ "syscall", PROG(SYSCALL), 0, SLEEP },

	{ "kprobe+", KPROBE, 0, 0 },
	{ "kretprobe+", KPROBE, 0, 0 },
	{ "kprobe.multi+", KPROBE, BPF_TRACE_KPROBE_MULTI, 0 },
	{ "kretprobe.multi+", KPROBE, BPF_TRACE_KPROBE_MULTI, 0 },
	{ "kprobe.session+", KPROBE, KPROBE_SESSION, NEWER },
	{ "ksyscall+", KPROBE, 0, 0 },
	{ "kretsyscall+", KPROBE, 0, 0 },
	{ "uprobe+", KPROBE, 0, 0 },
	{ "uretprobe+", KPROBE, 0, 0 },
	{ "uprobe.s+", KPROBE, 0, SLEEP },
	{ "uretprobe.s+", KPROBE, 0, SLEEP },
	{ "uprobe.multi+", KPROBE, UPROBE_MULTI, NEWER },
	{ "uretprobe.multi+", KPROBE, UPROBE_MULTI, NEWER },
	{ "uprobe.multi.s+", KPROBE, UPROBE_MULTI, SLEEP | NEWER },
	{ "uretprobe.multi.s+", KPROBE, UPROBE_MULTI, SLEEP | NEWER },
	{ "uprobe.session+", KPROBE, UPROBE_SESSION, NEWER },
	{ "uprobe.session.s+", KPROBE, UPROBE_SESSION, SLEEP | NEWER },
	{ "usdt+", KPROBE, 0, 0 },
	{ "usdt.s+", KPROBE, 0, SLEEP | NEWER },

	{ "tp_btf+", TRACING, BPF_TRACE_RAW_TP, BTF },
	{ "fentry+", TRACING, BPF_TRACE_FENTRY, BTF },
	{ "fentry.s+", TRACING, BPF_TRACE_FENTRY, BTF | SLEEP },
	{ "fexit+", TRACING, BPF_TRACE_FEXIT, BTF },
	{ "fexit.s+", TRACING, BPF_TRACE_FEXIT, BTF | SLEEP },
	{ "fmod_ret+", TRACING, BPF_MODIFY_RETURN, BTF },
	{ "fmod_ret.s+", TRACING, BPF_MODIFY_RETURN, BTF | SLEEP },
	{ "iter+", TRACING, BPF_TRACE_ITER, BTF },
	{ "iter.s+", TRACING, BPF_TRACE_ITER, BTF | SLEEP },
	{ "lsm+", PROG(LSM), BPF_LSM_MAC, BTF },
	{ "lsm.s+", PROG(LSM), BPF_LSM_MAC, BTF | SLEEP },
	{ "lsm_cgroup+", PROG(LSM), BPF_LSM_CGROUP, BTF },
	{ "freplace+", PROG(EXT), 0, BTF },
	{ "struct_ops+", PROG(STRUCT_OPS), 0, 0 },
	{ "struct_ops.s+", PROG(STRUCT_OPS), 0, SLEEP | NEWER },

	{ "socket", PROG(SOCKET_FILTER), 0, 0 },
	{ "sk_lookup", PROG(SK_LOOKUP), BPF_SK_LOOKUP, 0 },
	{ "sk_reuseport", PROG(SK_REUSEPORT), BPF_SK_REUSEPORT_SELECT, 0 },
	{ "sk_reuseport/migrate", PROG(SK_REUSEPORT), BPF_SK_REUSEPORT_SELECT_OR_MIGRATE, 0 },
	{ "sk_msg", PROG(SK_MSG), BPF_SK_MSG_VERDICT, 0 },
	{ "sk_skb", PROG(SK_SKB), 0, 0 },
	{ "sk_skb/stream_parser", PROG(SK_SKB), BPF_SK_SKB_STREAM_PARSER, 0 },
	{ "sk_skb/stream_verdict", PROG(SK_SKB), BPF_SK_SKB_STREAM_VERDICT, 0 },
	{ "sk_skb/verdict", PROG(SK_SKB), BPF_SK_SKB_VERDICT, NEWER },
	{ "sockops", PROG(SOCK_OPS), BPF_CGROUP_SOCK_OPS, 0 },
	{ "flow_dissector", PROG(FLOW_DISSECTOR), BPF_FLOW_DISSECTOR, 0 },
	{ "lirc_mode2", PROG(LIRC_MODE2), BPF_LIRC_MODE2, 0 },
	{ "netfilter", TV_PROG_TYPE_NETFILTER, NETFILTER_HOOK, NEWER },

	{ "tc", PROG(SCHED_CLS), 0, 0 },
	{ "classifier", PROG(SCHED_CLS), 0, 0 },
	{ "action", PROG(SCHED_ACT), 0, 0 },
	{ "tc/ingress", PROG(SCHED_CLS), TCX_INGRESS, NEWER },
	{ "tc/egress", PROG(SCHED_CLS), TCX_EGRESS, NEWER },
	{ "tcx/ingress", PROG(SCHED_CLS), TCX_INGRESS, NEWER },
	{ "tcx/egress", PROG(SCHED_CLS), TCX_EGRESS, NEWER },
	{ "lwt_in", PROG(LWT_IN), 0, 0 },
	{ "lwt_out", PROG(LWT_OUT), 0, 0 },
	{ "lwt_xmit", PROG(LWT_XMIT), 0, 0 },
	{ "lwt_seg6local", PROG(LWT_SEG6LOCAL), 0, 0 },
	{ "xdp", PROG(XDP), BPF_XDP, 0 },
	{ "xdp.frags", PROG(XDP), BPF_XDP, TV_SEC_XDP_FRAGS },
	{ "xdp/devmap", PROG(XDP), BPF_XDP_DEVMAP, 0 },
	{ "xdp.frags/devmap", PROG(XDP), BPF_XDP_DEVMAP, TV_SEC_XDP_FRAGS },
	{ "xdp/cpumap", PROG(XDP), BPF_XDP_CPUMAP, 0 },
	{ "xdp.frags/cpumap", PROG(XDP), BPF_XDP_CPUMAP, TV_SEC_XDP_FRAGS },

	{ "cgroup_skb/ingress", PROG(CGROUP_SKB), BPF_CGROUP_INET_INGRESS, 0 },
	{ "cgroup_skb/egress", PROG(CGROUP_SKB), BPF_CGROUP_INET_EGRESS, 0 },
	{ "cgroup/skb", PROG(CGROUP_SKB), 0, 0 },
	{ "cgroup/sock", PROG(CGROUP_SOCK), BPF_CGROUP_INET_SOCK_CREATE, 0 },
	{ "cgroup/sock_create", PROG(CGROUP_SOCK), BPF_CGROUP_INET_SOCK_CREATE, 0 },
	{ "cgroup/sock_release", PROG(CGROUP_SOCK), BPF_CGROUP_INET_SOCK_RELEASE, 0 },
	{ "cgroup/post_bind4", PROG(CGROUP_SOCK), BPF_CGROUP_INET4_POST_BIND, 0 },
	{ "cgroup/post_bind6", PROG(CGROUP_SOCK), BPF_CGROUP_INET6_POST_BIND, 0 },
	{ "cgroup/bind4", SOCK_ADDR, BPF_CGROUP_INET4_BIND, 0 },
	{ "cgroup/bind6", SOCK_ADDR, BPF_CGROUP_INET6_BIND, 0 },
	{ "cgroup/connect4", SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 0 },
	{ "cgroup/connect6", SOCK_ADDR, BPF_CGROUP_INET6_CONNECT, 0 },
	{ "cgroup/sendmsg4", SOCK_ADDR, BPF_CGROUP_UDP4_SENDMSG, 0 },
	{ "cgroup/sendmsg6", SOCK_ADDR, BPF_CGROUP_UDP6_SENDMSG, 0 },
	{ "cgroup/recvmsg4", SOCK_ADDR, BPF_CGROUP_UDP4_RECVMSG, 0 },
	{ "cgroup/recvmsg6", SOCK_ADDR, BPF_CGROUP_UDP6_RECVMSG, 0 },
	{ "cgroup/getpeername4", SOCK_ADDR, BPF_CGROUP_INET4_GETPEERNAME, 0 },
	{ "cgroup/getpeername6", SOCK_ADDR, BPF_CGROUP_INET6_GETPEERNAME, 0 },
	{ "cgroup/getsockname4", SOCK_ADDR, BPF_CGROUP_INET4_GETSOCKNAME, 0 },
	{ "cgroup/getsockname6", SOCK_ADDR, BPF_CGROUP_INET6_GETSOCKNAME, 0 },
	{ "cgroup/connect_unix", SOCK_ADDR, CGROUP_UNIX_CONNECT, NEWER },
	{ "cgroup/sendmsg_unix", SOCK_ADDR, CGROUP_UNIX_SENDMSG, NEWER },
	{ "cgroup/recvmsg_unix", SOCK_ADDR, CGROUP_UNIX_RECVMSG, NEWER },
	{ "cgroup/getpeername_unix", SOCK_ADDR, CGROUP_UNIX_GETPEERNAME, NEWER },
	{ "cgroup/getsockname_unix", SOCK_ADDR, CGROUP_UNIX_GETSOCKNAME, NEWER },
	{ "cgroup/sysctl", PROG(CGROUP_SYSCTL), BPF_CGROUP_SYSCTL, 0 },
	{ "cgroup/getsockopt", PROG(CGROUP_SOCKOPT), BPF_CGROUP_GETSOCKOPT, 0 },
	{ "cgroup/setsockopt", PROG(CGROUP_SOCKOPT), BPF_CGROUP_SETSOCKOPT, 0 },
	{ "cgroup/dev", PROG(CGROUP_DEVICE), BPF_CGROUP_DEVICE, 0 },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static bool fits(const char *pattern, const char *section)
{
	size_t len = strlen(pattern);

	if (pattern[len - 1] != '+')
		return !strcmp(pattern, section);
	return !strncmp(pattern, section, len - 1) &&
	       (section[len - 1] == '/' || !section[len - 1]);
}

const struct tv_sec_def *tv_sec_def_find(const char *section)
{
	size_t i;

	for (i = 0; i < COUNT(defs); i++)
		if (fits(defs[i].pattern, section))
			return &defs[i];
	return NULL;
}

const char *tv_attach_prefix(uint32_t attach_type, int *kind)
{
	*kind = attach_type == BPF_TRACE_RAW_TP ? BTF_KIND_TYPEDEF : BTF_KIND_FUNC;
	switch (attach_type) {
	case BPF_TRACE_RAW_TP:
		return "btf_trace_";
	case BPF_TRACE_ITER:
		return "bpf_iter_";
	case BPF_LSM_MAC:
	case BPF_LSM_CGROUP:
		return "bpf_lsm_";
	default:
		return "";
	}
}

/* --- names for people: the UAPI's enumerators in lower case, as bpftool spells them ---- */

static const char *const prog_types[] = {
	"unspec", "socket_filter", "kprobe", "sched_cls", "sched_act", "tracepoint", "xdp",
	"perf_event", "cgroup_skb", "cgroup_sock", "lwt_in", "lwt_out", "lwt_xmit", "sock_ops",
	"sk_skb", "cgroup_device", "sk_msg", "raw_tracepoint", "cgroup_sock_addr",
	"lwt_seg6local", "lirc_mode2", "sk_reuseport", "flow_dissector", "cgroup_sysctl",
	"raw_tracepoint_writable", "cgroup_sockopt", "tracing", "struct_ops", "ext", "lsm",
	"sk_lookup", "syscall", "netfilter",
};

static const char *const map_types[] = {
	"unspec", "hash", "array", "prog_array", "perf_event_array", "percpu_hash",
	"percpu_array", "stack_trace", "cgroup_array", "lru_hash", "lru_percpu_hash", "lpm_trie",
	"array_of_maps", "hash_of_maps", "devmap", "sockmap", "cpumap", "xskmap", "sockhash",
	"cgroup_storage", "reuseport_sockarray", "percpu_cgroup_storage", "queue", "stack",
	"sk_storage", "devmap_hash", "struct_ops", "ringbuf", "inode_storage", "task_storage",
	"bloom_filter", "user_ringbuf", "cgrp_storage", "arena",
};

const char *tv_prog_type_name(uint32_t prog_type)
{
	return prog_type < COUNT(prog_types) ? prog_types[prog_type] : "unknown";
}

const char *tv_map_type_name(uint32_t map_type)
{
	return map_type < COUNT(map_types) ? map_types[map_type] : "unknown";
}

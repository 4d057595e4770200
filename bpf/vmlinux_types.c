// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The declarations of the built-in vmlinux BTF: what programs about tasks, address spaces and files
 * touch, with the layout of an x86-64 v6.18 kernel. One string each, parts apart by ';':
 *
 *	struct NAME BYTES; MEMBER BYTE TYPE; MEMBER BIT:BITS TYPE; ...
 *	kfunc NAME TYPE; PARAM TYPE; ...	a function tagged bpf_kfunc
 *	func NAME TYPE; PARAM TYPE; ...		a target for fentry, LSM or an iterator
 *	tracepoint NAME TYPE; PARAM TYPE; ...	the typedef btf_trace_NAME
 *	var NAME TYPE				a variable (which few kernels list)
 *	percpu NAME TYPE			a variable each CPU has
 *	enum NAME; ENUMERATOR VALUE; ...
 *
 * A TYPE is *TYPE, [N]TYPE, const TYPE, @TAG TYPE, struct NAME, union NAME, void, func (some
 * prototype) or an integer; unions are declared as structures are. A structure without members is
 * known by its size only, one not declared here by its name only. Tags (rcu, user, percpu) are those
 * of a kernel built by clang; gcc leaves them away. The kernel's nameless types are named
 * "anon.SOMETHING" here.
 */
#include "bpf/vmlinux_builtin.h"

#include <stddef.h>

const char *const vmlinux_builtin_types[] = {
	"struct task_struct 3264; __state 24 uint; stack 32 *void; usage 40 struct "
	"refcount_struct; flags 44 uint; ptrace 48 uint; on_cpu 52 int; prio 108 int; "
	"static_prio 112 int; normal_prio 116 int; rt_priority 120 uint; policy 780 uint; "
	"nr_cpus_allowed 792 int; mm 1136 *struct mm_struct; active_mm 1144 *struct "
	"mm_struct; exit_state 1160 int; exit_code 1164 int; exit_signal 1168 int; "
	"sched_reset_on_fork 9504:1 uint; in_execve 9539:1 uint; in_iowait 9544:1 uint; pid "
	"1264 int; tgid 1268 int; real_parent 1280 *struct task_struct; parent 1288 *struct "
	"task_struct; group_leader 1328 *struct task_struct; thread_pid 1368 *struct pid; "
	"pid_links 1376 [4]struct hlist_node; utime 1488 ullong; stime 1496 ullong; nvcsw "
	"1536 ulong; nivcsw 1544 ulong; start_time 1552 ullong; start_boottime 1560 ullong; "
	"ptracer_cred 1720 *@rcu const struct cred; real_cred 1728 *const struct cred; cred "
	"1736 *const struct cred; comm 1752 [16]char; fs 1816 *struct fs_struct; files 1824 "
	"*struct files_struct; nsproxy 1840 *struct nsproxy; signal 1848 *struct "
	"signal_struct; sighand 1856 *struct sighand_struct; loginuid 1952 struct kuid_t; "
	"cgroups 2376 *struct css_set; robust_list 2400 *@user struct robust_list_head; "
	"rcu_users 2920 struct refcount_struct",
	"struct mm_struct 1472; mm_count 0 struct atomic_t; mm_mt 64 struct maple_tree; "
	"mmap_base 80 ulong; task_size 112 ulong; pgd 120 *struct pgd_t; mm_users 132 struct "
	"atomic_t; map_count 176 int; page_table_lock 180 struct spinlock; mmap_lock 184 "
	"struct rw_semaphore; hiwater_rss 344 ulong; hiwater_vm 352 ulong; total_vm 360 "
	"ulong; locked_vm 368 ulong; pinned_vm 376 struct atomic64_t; data_vm 384 ulong; "
	"exec_vm 392 ulong; stack_vm 400 ulong; def_flags 408 ulong; start_code 424 ulong; "
	"end_code 432 ulong; start_data 440 ulong; end_data 448 ulong; start_brk 456 ulong; "
	"brk 464 ulong; start_stack 472 ulong; arg_start 480 ulong; arg_end 488 ulong; "
	"env_start 496 ulong; env_end 504 ulong; owner 1296 *struct task_struct; exe_file "
	"1312 *struct file; cpu_bitmap 1472 [0]ulong",
	"struct vm_area_struct 192; vm_start 0 ulong; vm_end 8 ulong; vm_mm 16 *struct "
	"mm_struct; vm_page_prot 24 struct pgprot; vm_flags 32 const ulong; vm_lock_seq 40 "
	"uint; anon_vma 64 *struct anon_vma; vm_ops 72 *const struct vm_operations_struct; "
	"vm_pgoff 80 ulong; vm_file 88 *struct file; vm_private_data 96 *void; vm_refcnt 128 "
	"struct refcount_struct",
	"struct file 184; f_lock 0 struct spinlock; f_mode 4 uint; f_op 8 *const struct "
	"file_operations; f_mapping 16 *struct address_space; private_data 24 *void; f_inode "
	"32 *struct inode; f_flags 40 uint; f_cred 48 *const struct cred; f_path 64 const "
	"struct path; f_pos 112 llong",
	"struct path 16; mnt 0 *struct vfsmount; dentry 8 *struct dentry",
	"struct dentry 192; d_flags 0 uint; d_parent 24 *struct dentry; __d_name 32 struct "
	"qstr; d_name 32 const struct qstr; d_inode 48 *struct inode; d_op 96 *const struct "
	"dentry_operations; d_sb 104 *struct super_block; d_fsdata 120 *void",
	"struct qstr 16; hash 0 uint; len 4 uint; name 8 *const uchar",
	"struct inode 616; i_mode 0 ushort; i_opflags 2 ushort; i_uid 4 struct kuid_t; i_gid "
	"8 struct kgid_t; i_flags 12 uint; i_op 32 *const struct inode_operations; i_sb 40 "
	"*struct super_block; i_mapping 48 *struct address_space; i_ino 64 ulong; i_nlink 72 "
	"const uint; i_rdev 76 uint; i_size 80 llong; i_generation 124 uint; i_blkbits 134 "
	"uchar; i_blocks 136 ullong; _ 584 union anon.inode_special; i_private 608 *void",
	"struct super_block 1472; s_dev 16 uint; s_blocksize_bits 20 uchar; s_blocksize 24 "
	"ulong; s_maxbytes 32 llong; s_type 40 *struct file_system_type; s_op 48 *const "
	"struct super_operations; s_flags 80 ulong; s_magic 96 ulong; s_root 104 *struct "
	"dentry; s_id 936 [32]char",
	"struct file_system_type 72; name 0 *const char; fs_flags 8 int",
	"struct vfsmount 32; mnt_root 0 *struct dentry; mnt_sb 8 *struct super_block; "
	"mnt_flags 16 int; mnt_idmap 24 *struct mnt_idmap",
	"struct cred 184; usage 0 struct atomic64_t; uid 8 struct kuid_t; gid 12 struct "
	"kgid_t; suid 16 struct kuid_t; sgid 20 struct kgid_t; euid 24 struct kuid_t; egid 28 "
	"struct kgid_t",
	"struct pid 144; count 0 struct refcount_struct; level 4 uint; numbers 144 [0]struct "
	"upid",
	"struct upid 16; nr 0 int; ns 8 *struct pid_namespace",
	"struct nsproxy 72; count 0 struct refcount_struct; uts_ns 8 *struct uts_namespace; "
	"ipc_ns 16 *struct ipc_namespace; mnt_ns 24 *struct mnt_namespace; net_ns 40 *struct "
	"net; cgroup_ns 64 *struct cgroup_namespace",
	"struct css_set 544; refcount 96 struct refcount_struct; dfl_cgrp 112 *struct cgroup",
	"struct cgroup 2240; self 0 struct cgroup_subsys_state; flags 208 ulong; level 216 "
	"int; kn 256 *struct kernfs_node",
	"struct cgroup_subsys_state 208; cgroup 0 *struct cgroup; ss 8 *struct "
	"cgroup_subsys; rstat_cpu 32 *@percpu struct css_rstat_cpu; id 72 int; flags 76 uint",
	"struct kernfs_node 136; name 16 *const char; id 96 ullong",
	"struct maple_tree 16; ma_flags 4 uint; ma_root 8 *void",
	"struct seq_file 120; buf 0 *char; size 8 ulong; from 16 ulong; count 24 ulong; "
	"pad_until 32 ulong; index 40 llong; read_pos 48 llong; op 88 *const struct "
	"seq_operations; poll_event 96 int; file 104 *const struct file; private 112 *void",
	"struct pt_regs 168; r15 0 ulong; r14 8 ulong; r13 16 ulong; r12 24 ulong; bp 32 "
	"ulong; bx 40 ulong; r11 48 ulong; r10 56 ulong; r9 64 ulong; r8 72 ulong; ax 80 "
	"ulong; cx 88 ulong; dx 96 ulong; si 104 ulong; di 112 ulong; orig_ax 120 ulong; ip "
	"128 ulong; cs 136 ushort; csx 136 ullong; fred_cs 136 struct fred_cs; flags 144 "
	"ulong; sp 152 ulong; ss 160 ushort; ssx 160 ullong; fred_ss 160 struct fred_ss",
	"struct linux_binprm 408; mm 24 *struct mm_struct; executable 48 *struct file; "
	"interpreter 56 *struct file; file 64 *struct file; argc 88 int; envc 92 int; "
	"filename 96 *const char; interp 104 *const char",
	"struct trace_entry 8; type 0 ushort; flags 2 uchar; preempt_count 3 uchar; pid 4 int",
	"struct trace_event_raw_sys_enter 64; ent 0 struct trace_entry; id 8 long; args 16 "
	"[6]ulong; __data 64 [0]char",
	"struct trace_event_raw_sys_exit 24; ent 0 struct trace_entry; id 8 long; ret 16 "
	"long; __data 24 [0]char",
	"struct bpf_iter_meta 24; seq 0 *struct seq_file; session_id 8 ullong; seq_num 16 "
	"ullong",
	"struct bpf_iter__task_vma 24; meta 0 *struct bpf_iter_meta; task 8 *struct "
	"task_struct; vma 16 *struct vm_area_struct",
	"struct bpf_iter__task 16; meta 0 *struct bpf_iter_meta; task 8 *struct task_struct",
	"struct bpf_raw_tracepoint_args 0; args 0 [0]ullong",
	"struct bpf_perf_event_data 184; regs 0 struct pt_regs; sample_period 168 ullong; "
	"addr 176 ullong",
	"struct __sk_buff 192; len 0 uint; pkt_type 4 uint; mark 8 uint; protocol 16 uint; "
	"ifindex 40 uint; hash 68 uint; data 76 uint; data_end 80 uint",
	"struct bpf_iter_task_vma 8; __opaque 0 [1]ullong",
	"struct bpf_iter_num 8; __opaque 0 [1]ullong",
	"struct bpf_iter_task 24; __opaque 0 [3]ullong",
	"struct bpf_iter_css 24; __opaque 0 [3]ullong",
	"struct bpf_iter_css_task 8; __opaque 0 [1]ullong",
	"struct bpf_iter_bits 16; __opaque 0 [2]ullong",
	"struct bpf_dynptr 16; __opaque 0 [2]ullong",
	"struct bpf_spin_lock 4; val 0 uint",
	"struct bpf_timer 16; __opaque 0 [2]ullong",
	"struct bpf_wq 16; __opaque 0 [2]ullong",
	"struct bpf_list_head 16; __opaque 0 [2]ullong",
	"struct bpf_list_node 24; __opaque 0 [3]ullong",
	"struct bpf_rb_root 16; __opaque 0 [2]ullong",
	"struct bpf_rb_node 32; __opaque 0 [4]ullong",
	"struct bpf_refcount 4; __opaque 0 [1]uint",
	"struct bpf_cpumask 40; cpumask 0 struct cpumask; usage 32 struct refcount_struct",
	"struct css_rstat_cpu 32; updated_children 0 *struct cgroup_subsys_state; updated_next 8 "
	"*struct cgroup_subsys_state",
	"struct robust_list_head 24; futex_offset 8 long",
	"union anon.inode_special 8; i_pipe 0 *struct pipe_inode_info; i_cdev 0 *struct cdev; "
	"i_link 0 *char; i_dir_seq 0 uint",
	"struct kernel_stat 48; irqs_sum 0 ulong; softirqs 8 [10]uint",
	"struct task_struct__safe_rcu 32; cpus_ptr 0 *const struct cpumask; cgroups 8 *struct "
	"css_set; real_parent 16 *struct task_struct; group_leader 24 *struct task_struct",
	"struct cgroup__safe_rcu 8; kn 0 *struct kernfs_node",
	"struct css_set__safe_rcu 8; dfl_cgrp 0 *struct cgroup",
	"struct cgroup_subsys_state__safe_rcu 8; cgroup 0 *struct cgroup",
	"struct mm_struct__safe_rcu_or_null 8; exe_file 0 *struct file",
	"struct bpf_iter_meta__safe_trusted 8; seq 0 *struct seq_file",
	"struct bpf_iter__task__safe_trusted 16; meta 0 *struct bpf_iter_meta; task 8 *struct "
	"task_struct",
	"struct linux_binprm__safe_trusted 8; file 0 *struct file",
	"struct file__safe_trusted 8; f_inode 0 *struct inode",
	"struct dentry__safe_trusted_or_null 8; d_inode 0 *struct inode",
	"struct page 64; flags 0 ulong",
	"struct kernel_siginfo 48; si_signo 0 int; si_errno 4 int; si_code 8 int",
	"struct list_head 16; next 0 *struct list_head; prev 8 *struct list_head",
	"struct hlist_node 16; next 0 *struct hlist_node; pprev 8 **struct hlist_node",
	"struct callback_head 16; next 0 *struct callback_head; func 8 *func",
	"struct refcount_struct 4; refs 0 struct atomic_t",
	"struct atomic64_t 8; counter 0 llong",
	"struct atomic_t 4; counter 0 int",
	"struct kgid_t 4; val 0 uint",
	"struct kuid_t 4; val 0 uint",
	"struct pgd_t 8; pgd 0 ulong",
	"struct cpumask 32; bits 0 [4]ulong",
	"struct fred_cs 8",
	"struct fred_ss 8",
	"struct pgprot 8",
	"struct rw_semaphore 40",
	"struct spinlock 4",
	"kfunc bpf_iter_task_vma_new int; it *struct bpf_iter_task_vma; task *struct "
	"task_struct; addr ullong",
	"kfunc bpf_iter_task_vma_next *struct vm_area_struct; it *struct bpf_iter_task_vma",
	"kfunc bpf_iter_task_vma_destroy void; it *struct bpf_iter_task_vma",
	"kfunc bpf_iter_num_new int; it *struct bpf_iter_num; start int; end int",
	"kfunc bpf_iter_num_next *int; it *struct bpf_iter_num",
	"kfunc bpf_iter_num_destroy void; it *struct bpf_iter_num",
	"kfunc bpf_iter_task_new int; it *struct bpf_iter_task; task__nullable *struct "
	"task_struct; flags uint",
	"kfunc bpf_iter_task_next *struct task_struct; it *struct bpf_iter_task",
	"kfunc bpf_iter_task_destroy void; it *struct bpf_iter_task",
	"kfunc bpf_iter_css_new int; it *struct bpf_iter_css; start *struct "
	"cgroup_subsys_state; flags uint",
	"kfunc bpf_iter_css_next *struct cgroup_subsys_state; it *struct bpf_iter_css",
	"kfunc bpf_iter_css_destroy void; it *struct bpf_iter_css",
	"kfunc bpf_iter_css_task_new int; it *struct bpf_iter_css_task; css *struct "
	"cgroup_subsys_state; flags uint",
	"kfunc bpf_iter_css_task_next *struct task_struct; it *struct bpf_iter_css_task",
	"kfunc bpf_iter_css_task_destroy void; it *struct bpf_iter_css_task",
	"kfunc bpf_iter_bits_new int; it *struct bpf_iter_bits; unsafe_ptr__ign *const "
	"ullong; nr_words uint",
	"kfunc bpf_iter_bits_next *int; it *struct bpf_iter_bits",
	"kfunc bpf_iter_bits_destroy void; it *struct bpf_iter_bits",
	"kfunc bpf_rcu_read_lock void",
	"kfunc bpf_rcu_read_unlock void",
	"kfunc bpf_preempt_disable void",
	"kfunc bpf_preempt_enable void",
	"kfunc bpf_local_irq_save void; flags__irq_flag *ulong",
	"kfunc bpf_local_irq_restore void; flags__irq_flag *ulong",
	"kfunc bpf_task_acquire *struct task_struct; p *struct task_struct",
	"kfunc bpf_task_release void; p *struct task_struct",
	"kfunc bpf_task_from_pid *struct task_struct; pid int",
	"kfunc bpf_task_from_vpid *struct task_struct; vpid int",
	"kfunc bpf_get_task_exe_file *struct file; task *struct task_struct",
	"kfunc bpf_put_file void; file *struct file",
	"kfunc bpf_path_d_path int; path *const struct path; buf *char; buf__sz ulong",
	"kfunc bpf_copy_from_user_str int; dst *void; dst__sz uint; unsafe_ptr__ign *const "
	"void; flags ullong",
	"kfunc bpf_cpumask_acquire *struct bpf_cpumask; cpumask *struct bpf_cpumask",
	"kfunc bpf_cpumask_first uint; cpumask *const struct cpumask",
	"kfunc bpf_task_under_cgroup long; task *struct task_struct; ancestor *struct cgroup",
	"kfunc bpf_cpumask_create *struct bpf_cpumask",
	"kfunc bpf_cpumask_release void; cpumask *struct bpf_cpumask",
	"kfunc bpf_cgroup_from_id *struct cgroup; cgid ullong",
	"kfunc bpf_cgroup_acquire *struct cgroup; cgrp *struct cgroup",
	"kfunc bpf_cgroup_release void; cgrp *struct cgroup",
	"kfunc bpf_task_get_cgroup1 *struct cgroup; task *struct task_struct; hierarchy_id "
	"int",
	"kfunc bpf_obj_new_impl *void; local_type_id__k ullong; meta__ign *void",
	"kfunc bpf_obj_drop_impl void; p__alloc *void; meta__ign *void",
	"kfunc bpf_refcount_acquire_impl *void; p__refcounted_kptr *void; meta__ign *void",
	"kfunc bpf_list_push_front_impl int; head *struct bpf_list_head; node *struct "
	"bpf_list_node; meta__ign *void; off ullong",
	"kfunc bpf_list_push_back_impl int; head *struct bpf_list_head; node *struct "
	"bpf_list_node; meta__ign *void; off ullong",
	"kfunc bpf_list_pop_front *struct bpf_list_node; head *struct bpf_list_head",
	"kfunc bpf_list_pop_back *struct bpf_list_node; head *struct bpf_list_head",
	"kfunc bpf_rbtree_add_impl int; root *struct bpf_rb_root; node *struct bpf_rb_node; "
	"less *func; meta__ign *void; off ullong",
	"kfunc bpf_rbtree_remove *struct bpf_rb_node; root *struct bpf_rb_root; node *struct "
	"bpf_rb_node",
	"kfunc bpf_rbtree_first *struct bpf_rb_node; root *struct bpf_rb_root",
	"kfunc bpf_dynptr_slice *void; p *const struct bpf_dynptr; offset uint; buffer__opt "
	"*void; buffer__szk uint",
	"kfunc bpf_dynptr_slice_rdwr *void; p *const struct bpf_dynptr; offset uint; "
	"buffer__opt *void; buffer__szk uint",
	"kfunc bpf_dynptr_adjust int; p *const struct bpf_dynptr; start uint; end uint",
	"kfunc bpf_dynptr_is_null bool; p *const struct bpf_dynptr",
	"kfunc bpf_dynptr_is_rdonly bool; p *const struct bpf_dynptr",
	"kfunc bpf_dynptr_size uint; p *const struct bpf_dynptr",
	"kfunc bpf_dynptr_clone int; p *const struct bpf_dynptr; clone__uninit *struct "
	"bpf_dynptr",
	"kfunc bpf_cast_to_kern_ctx *void; obj *void",
	"kfunc bpf_rdonly_cast *void; obj__ign *const void; btf_id__k uint",
	"kfunc bpf_wq_init int; wq *struct bpf_wq; p__map *void; flags uint",
	"kfunc bpf_wq_set_callback_impl int; wq *struct bpf_wq; callback_fn *func; flags "
	"uint; aux__prog *void",
	"kfunc bpf_wq_start int; wq *struct bpf_wq; flags uint",
	"kfunc bpf_throw void; cookie ullong",
	"kfunc bpf_session_is_return bool",
	"kfunc bpf_find_vma ullong; task ullong; start ullong; callback_fn ullong; "
	"callback_ctx ullong; flags ullong",
	"func vfs_read long; file *struct file; buf *char; count ulong; pos *llong",
	"func vfs_write long; file *struct file; buf *const char; count ulong; pos *llong",
	"func vfs_open int; path *const struct path; file *struct file",
	"func do_mmap ulong; file *struct file; addr ulong; len ulong; prot ulong; flags "
	"ulong; vm_flags ulong; pgoff ulong; populate *ulong; uf *struct list_head",
	"func handle_mm_fault uint; vma *struct vm_area_struct; address ulong; flags uint; "
	"regs *struct pt_regs",
	"func do_exit void; code long",
	"func vm_mmap_pgoff ulong; file *struct file; addr ulong; len ulong; prot ulong; flag "
	"ulong; pgoff ulong",
	"func mmput void; mm *struct mm_struct",
	"func exit_mmap void; mm *struct mm_struct",
	"func bpf_iter_task_vma int; meta *struct bpf_iter_meta; task *struct task_struct; "
	"vma *struct vm_area_struct",
	"func bpf_iter_task int; meta *struct bpf_iter_meta; task *struct task_struct",
	"func bpf_lsm_file_open int; file *struct file",
	"func bpf_lsm_mmap_file int; file *struct file; reqprot ulong; prot ulong; flags "
	"ulong",
	"func bpf_lsm_file_mprotect int; vma *struct vm_area_struct; reqprot ulong; prot "
	"ulong",
	"func bpf_lsm_bprm_check_security int; bprm *struct linux_binprm",
	"tracepoint sys_enter void; _ *void; _ *struct pt_regs; _ long",
	"tracepoint sys_exit void; _ *void; _ *struct pt_regs; _ long",
	"tracepoint sched_switch void; _ *void; _ bool; _ *struct task_struct; _ *struct "
	"task_struct; _ uint",
	"tracepoint sched_wakeup void; _ *void; _ *struct task_struct",
	"tracepoint sched_process_exec void; _ *void; _ *struct task_struct; _ int; _ *struct "
	"linux_binprm",
	"tracepoint sched_process_fork void; _ *void; _ *struct task_struct; _ *struct "
	"task_struct",
	"tracepoint sched_process_exit void; _ *void; _ *struct task_struct; _ bool",
	"tracepoint task_newtask void; _ *void; _ *struct task_struct; _ ullong",
	"tracepoint exit_mmap void; _ *void; _ *struct mm_struct",
	"var jiffies ulong",
	"var init_task struct task_struct",
	"percpu bpf_prog_active int",
	"percpu kstat struct kernel_stat",
	"tracepoint ext4_unlink_enter void; _ *void; _ *struct inode; _ *struct dentry",
	"tracepoint initcall_start void; _ *void; _ *func",
	"func __bpf_trace_mm_page_alloc void; __data *void; page *struct page; order uint; "
	"gfp_flags uint; migratetype int",
	"func __sys_recvmsg long; fd int; msg *@user struct user_msghdr; flags uint; "
	"forbid_cmsg_compat bool",
	"func dev_fetch_sw_netstats void; s *struct rtnl_link_stats64; netstats *@percpu "
	"const struct pcpu_sw_netstats",
	"struct user_msghdr 56; msg_namelen 8 int",
	"struct pcpu_sw_netstats 64",
	"tracepoint kmalloc void; _ *void; _ ulong; _ *const void; _ ulong; _ ulong; _ uint; _ "
	"int",
	"tracepoint tcp_send_reset void; _ *void; _ *const struct sock; _ *const struct "
	"sk_buff; _ uint",
	"func __bpf_trace_tcp_send_reset void; __data *void; sk *const struct sock; "
	"skb__nullable *const struct sk_buff; reason uint",
	"struct sk_buff 224; len 112 uint",
	"struct sock 784",
	"struct pid_namespace 344",
	"struct pipe_inode_info 176",
	"tracepoint mm_page_alloc void; _ *void; _ *struct page; _ uint; _ uint; _ int",
	"tracepoint sched_pi_setprio void; _ *void; _ *struct task_struct; _ *struct "
	"task_struct",
	"tracepoint signal_generate void; _ *void; _ int; _ *struct kernel_siginfo; _ "
	"*struct task_struct; _ int; _ int",
	"tracepoint vm_unmapped_area void; _ *void; _ ulong; _ *struct vm_unmapped_area_info",
	"func bpf_iter_cgroup int; meta *struct bpf_iter_meta; cgrp *struct cgroup",
	"func __x64_sys_getpgid long; regs *const struct pt_regs",
	"func __x64_sys_nanosleep long; regs *const struct pt_regs",
	"enum bpf_task_iter; BPF_TASK_ITER_ALL_PROCS 0; BPF_TASK_ITER_ALL_THREADS 1; "
	"BPF_TASK_ITER_PROC_THREADS 2",
	"enum pid_type; PIDTYPE_PID 0; PIDTYPE_TGID 1; PIDTYPE_PGID 2; PIDTYPE_SID 3; "
	"PIDTYPE_MAX 4",
	NULL
};

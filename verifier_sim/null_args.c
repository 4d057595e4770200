/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tracepoints whose arguments the kernel knows to be NULL, or an error, at times. */
#include <stdlib.h>
#include <string.h>

#include "verifier_sim/internal.h"

/*
 * "name:mask" with a hexadecimal digit for each argument, the lowest for the first: 1 may be NULL,
 * 2 may be an error pointer (Linux kernel/bpf/btf.c lists them from a study of all tracepoints).
 */
static const char list[] =
	"afs_flock_ev:10 afs_make_fs_call:10 afs_make_fs_call1:10 afs_make_fs_call2:10 "
	"afs_make_fs_calli:10 afs_protocol_error:1 amdgpu_vm_bo_map:1 amdgpu_vm_bo_unmap:1 "
	"amdtp_packet:100 binder_transaction:100 bpf_testmod_test_read:0 break_lease_block:10 "
	"break_lease_noblock:10 break_lease_unblock:10 btree_path_free:100 "
	"cachefiles_io_error:1 cachefiles_lookup:201 cachefiles_mark_active:1 "
	"cachefiles_mark_failed:1 cachefiles_mark_inactive:1 cachefiles_ondemand_close:1 "
	"cachefiles_ondemand_copen:1 cachefiles_ondemand_cread:1 "
	"cachefiles_ondemand_fd_release:1 cachefiles_ondemand_fd_write:1 "
	"cachefiles_ondemand_open:1 cachefiles_ondemand_read:1 cachefiles_prep_read:1 "
	"cachefiles_rename:1 cachefiles_unlink:1 cachefiles_vfs_error:1 "
	"cfg80211_inform_bss_frame:100 cfg80211_michael_mic_failure:10000 "
	"cfg80211_report_wowlan_wakeup:100 cfg80211_scan_done:11 coda_dec_pic_done:10 "
	"coda_dec_pic_run:10 device_pm_callback_start:10 dpu_crtc_setup_mixer:100 "
	"ext4_mballoc_discard:10 ext4_mballoc_free:10 fcntl_setlk:10 fib_table_lookup:100 "
	"flock_lock_inode:10 folio_wait_writeback:10 generic_delete_lease:10 "
	"hfi1_sdma_progress:1000 host1x_cdma_push_gather:10000 hugetlbfs_alloc_inode:10 "
	"iptfs_ingress_postq_event:1000 kvm_page_fault_enter:100 locks_remove_posix:10 "
	"mm_collapse_huge_page_isolate:1 mm_khugepaged_collapse_file:10 "
	"mm_khugepaged_scan_file:10 mm_khugepaged_scan_pmd:10 mm_page_alloc:1 "
	"mm_page_alloc_zone_locked:1 mm_page_pcpu_drain:1 mr_integ_alloc:2000 neigh_update:10 "
	"netfs_failure:10 netfs_folioq:1 nfs4_inode_callback_event:200 "
	"nfs4_inode_stateid_callback_event:200 nfs4_setup_sequence:1 nfsd_dirent:1 "
	"nfsd_file_acquire:1001 nfsd_file_cons_err:1 nfsd_file_insert_err:1 "
	"pnfs_mds_fallback_pg_get_mirror_count:10000 pnfs_mds_fallback_pg_init_read:10000 "
	"pnfs_mds_fallback_pg_init_write:10000 pnfs_mds_fallback_read_done:10000 "
	"pnfs_mds_fallback_read_pagelist:10000 pnfs_mds_fallback_write_done:10000 "
	"pnfs_mds_fallback_write_pagelist:10000 pnfs_update_layout:10000 posix_lock_inode:10 "
	"qdisc_dequeue:1000 rdev_set_coalesce:10 rxrpc_client:1 rxrpc_recvdata:1 "
	"rxrpc_resend:10 rxrpc_tq:10 sched_pi_setprio:10 "
	"sched_stick_numa:100 sched_swap_numa:100 "
	"spufs_context:10 tcp_send_reset:11 tcp_sendmsg_locked:100 tegra_dma_tx_status:100 "
	"time_out_leases:10 tmigr_update_events:1 wiphy_work_cancel:10 wiphy_work_flush:10 "
	"wiphy_work_queue:10 wiphy_work_run:10 writeback_dirty_folio:10 "
	"xchk_metapath_lookup:100 xchk_nlinks_live_update:10 xfs_blockgc_flush_all:1 "
	"xfs_blockgc_free_space:10 xfs_blockgc_start:1 xfs_blockgc_stop:1 xfs_blockgc_worker:1 "
	"xfs_btree_overlapped_query_range:100 xfs_btree_updkeys:100 xfs_defer_add_item:1 "
	"xfs_defer_cancel_item:1 xfs_defer_cancel_list:1 xfs_defer_create_intent:1 "
	"xfs_defer_finish_item:1 xfs_defer_isolate_paused:1 xfs_defer_item_pause:1 "
	"xfs_defer_item_unpause:1 xfs_defer_pending_abort:1 xfs_defer_pending_finish:1 "
	"xfs_defer_relog_intent:1 xfs_fs_sync_fs:1 xfs_inodegc_flush:1 xfs_inodegc_push:1 "
	"xfs_inodegc_queue:1 xfs_inodegc_start:1 xfs_inodegc_stop:1 xfs_inodegc_throttle:1 "
	"xfs_ioc_free_eofblocks:10 xfs_iomap_alloc:1000 xfs_iomap_found:1000 "
	"xfs_map_blocks_alloc:10000 xfs_map_blocks_found:10000 xprt_get_cong:10 "
	"xprt_put_cong:10 xprt_release_cong:10 xprt_reserve_cong:10 xs_stream_read_data:1 ";

/* Found later: stable 6.12 has them, 6.18.44 has not. */
static const char more[] = "sched_process_wait:1 signal_deliver:20 signal_generate:20 ";

/* What @list says of the argument; 0: nothing. */
static uint32_t look_up(const char *list, const char *name, uint32_t arg)
{
	size_t len = strlen(name);
	const char *at = list;

	while ((at = strstr(at, name))) {
		bool whole = (at == list || at[-1] == ' ') && at[len] == ':';

		at += len;
		if (whole)
			return (uint32_t)(strtoull(at + 1, NULL, 16) >> (arg * 4)) & 3;
	}
	return 0;
}

uint32_t vs_tracepoint_null_args(const struct vs_rules *rules, const char *name, uint32_t arg)
{
	uint32_t nulls = look_up(list, name, arg);

	return nulls || !rules->more_null_args ? nulls : look_up(more, name, arg);
}

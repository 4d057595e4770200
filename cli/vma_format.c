// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* VMAs as maps text, a table, JSON and CSV. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "cli/text.h"
#include "cli/vma_format.h"
#include "model/maps.h"

static int print_text(FILE *out, const struct vm_area_struct *vma)
{
	struct tv_vma_desc desc;
	char perms[5];

	tv_vma_describe(vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fprintf(out, "%016lx  %016lx  %14lu KiB  %s  %12" PRIx64 "  %02x:%02x  %10" PRIu64 "%s",
		desc.start, desc.end, (desc.end - desc.start) / 1024, perms, desc.offset,
		desc.major, desc.minor, desc.ino, desc.name_len ? "  " : "");
	cli_plain_text(out, desc.name, desc.name_len);
	putc('\n', out);
	return ferror(out) ? -EIO : 0;
}

static int print_json(FILE *out, const struct vm_area_struct *vma)
{
	struct tv_vma_desc desc;
	char perms[5];

	tv_vma_describe(vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fprintf(out, "{\"start\":%lu,\"end\":%lu,\"perms\":\"%s\",\"offset\":%" PRIu64
		",\"dev\":\"%02x:%02x\",\"inode\":%" PRIu64 ",",
		desc.start, desc.end, perms, desc.offset, desc.major, desc.minor, desc.ino);
	cli_json_text(out, "name", desc.name, desc.name_len);
	fputs("}\n", out);
	return ferror(out) ? -EIO : 0;
}

static int print_csv(FILE *out, const struct vm_area_struct *vma)
{
	struct tv_vma_desc desc;
	char perms[5];

	tv_vma_describe(vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fprintf(out, "0x%lx,0x%lx,%s,0x%" PRIx64 ",%02x:%02x,%" PRIu64 ",",
		desc.start, desc.end, perms, desc.offset, desc.major, desc.minor, desc.ino);
	cli_csv_text(out, desc.name, desc.name_len);
	/* RFC 4180 lines end in CRLF */
	fputs("\r\n", out);
	return ferror(out) ? -EIO : 0;
}

static const struct cli_vma_format maps = { "maps", "", tv_maps_print };
static const struct cli_vma_format text = {
	"text",
	"start             end                             size  perm        offset  dev "
	"        inode  name\n",
	print_text,
};
static const struct cli_vma_format json = { "json", "", print_json };
static const struct cli_vma_format csv = {
	"csv", "start,end,perms,offset,dev,inode,name\r\n", print_csv,
};

const struct cli_vma_format *const cli_vma_formats[] = { &maps, &text, &json, &csv, NULL };

const struct cli_vma_format *cli_vma_format_find(const char *name)
{
	const struct cli_vma_format *const *format;

	for (format = cli_vma_formats; *format; format++) {
		if (!strcmp((*format)->name, name))
			return *format;
	}
	return NULL;
}

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# docs/design-review.md: its text is written, what its commands print is not.

.PHONY: design-review design-review-check
design-review: $(OUT)/taskvma ## run every command of docs/design-review.md and write down what it prints
	@FULL=yes tests/review/fill.sh $< docs/design-review.md >$(OUT)/design-review.md
	@cp $(OUT)/design-review.md docs/design-review.md

design-review-check: $(OUT)/taskvma ## does docs/design-review.md say what its commands print? (but for the longest)
	@tests/review/fill.sh $< docs/design-review.md >$(OUT)/design-review.md
	@diff -u docs/design-review.md $(OUT)/design-review.md

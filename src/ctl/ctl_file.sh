#!/bin/sh
# Print the C file that holds the SQL files named as arguments; see ctl_file.h.  Called by the Makefile.
set -eu

cat <<'C'
/* Made by src/ctl/ctl_file.sh out of sql/. */
#include "ctl/ctl_file.h"

C
number=0
for file in "$@"; do
	number=$((number + 1))
	cat <<C
extern const char	file_${number}[], end_${number}[];
__asm__(".pushsection .rodata\n"
    "file_$number:\n\t.incbin \"$file\"\n"
    "end_$number:\n\t.byte 0\n"
    "\t.popsection\n");
C
done
printf '\nconst struct ctl_file	ctl_files[] = {\n'
number=0
for file in "$@"; do
	number=$((number + 1))
	printf '\t{ "%s", file_%d, end_%d },\n' "${file#sql/}" $number $number
done
printf '};\nconst size_t	ctl_file_count = %d;\n' $number

#!/bin/sh
# Print the C source of an asset table: the files named behind FOLDER, embedded by the assembler, each as it
# is and by gzip; the packed ones are kept in FOLDER.
#   asset_embed.sh FOLDER FILE…
# The Makefile runs it once a program; src/serve/asset.h declares what it prints.
set -eu
packed=$1
shift
mkdir -p "$packed"

type_of() {
	case "$1" in
	*.html)		echo "text/html; charset=utf-8" ;;
	*.css)		echo "text/css; charset=utf-8" ;;
	*.mjs|*.js)	echo "text/javascript; charset=utf-8" ;;
	*.svg)		echo "image/svg+xml; charset=utf-8" ;;
	*)		echo "asset_embed.sh: $1: unknown kind of file" >&2; exit 1 ;;
	esac
}

# embed SYMBOL FILE: the bytes of the file between SYMBOL and SYMBOL_end.
embed() {
	printf '__asm__(".section .rodata\\n%s:\\n.incbin \\"%s\\"\\n"\n' "$1" "$2"
	printf '    "%s_end:\\n.byte 0\\n.previous\\n");\n' "$1"
	printf 'extern const char %s[], %s_end[];\n' "$1" "$1"
}

digest_of() {
	sha256sum "$1" | cut -c1-32
}

echo "/* Made by src/serve/asset_embed.sh. */"
echo "#include \"serve/asset.h\""
echo
n=0
for file; do
	# Without name and time, so that the same file is the same bytes.
	gzip -9nc "$file" > "$packed/${file##*/}.gz"
	embed "asset_$n" "$file"
	embed "packed_$n" "$packed/${file##*/}.gz"
	n=$((n + 1))
done
echo
echo "const struct asset asset_table[] = {"
n=0
for file; do
	type=$(type_of "$file")
	printf '\t{ "%s", "%s", "\\"%s\\"", asset_%d, asset_%d_end,\n' \
	    "${file##*/}" "$type" "$(digest_of "$file")" "$n" "$n"
	printf '\t    "\\"%s\\"", packed_%d, packed_%d_end },\n' \
	    "$(digest_of "$packed/${file##*/}.gz")" "$n" "$n"
	n=$((n + 1))
done
# A table is never empty in C; the program that has no assets has one that nobody can name.
[ "$n" -gt 0 ] || printf '\t{ "", "", "", "", "", "", "", "" },\n'
echo "};"
echo "const size_t asset_count = $n;"

#!/usr/bin/perl
# Print Kassa's bill of materials, CycloneDX 1.5 in JSON: Kassa, the Kore that is compiled into it, and each Debian
# package of which a program loads a shared library here, as the loader of this machine says.
#   sbom.pl KORE_VERSION PATCH PROGRAM…
# KORE_VERSION is a file with the version of Debian's source package kore, PATCH what was applied to it.  The first
# PROGRAM says by --version what the whole is called.  "make sbom" runs this, and the Dockerfile does.
#
# The same programs and packages give the same bytes: there is no serial number, and no time unless SOURCE_DATE_EPOCH
# says one.  It asks for no more than perl-base, which every Debian has: so JSON is written, and ELF read, by hand.
use strict;
use warnings;
use Cwd qw(abs_path);
use POSIX qw(strftime);

die "usage: sbom.pl KORE_VERSION PATCH PROGRAM...\n" if @ARGV < 3;
$ENV{LC_ALL} = 'C';
my ($kore_version, $patch, @programs) = @ARGV;
my %system = map { /^(\w+)="?(.*?)"?$/ ? ($1, $2) : () } said('cat', '/etc/os-release');
my ($name, $version) = split ' ', (said($programs[0], '--version'))[0];
my $kassa = "pkg:generic/$name\@" . escaped($version);
my %place_of = map { loaded_by($_) } @programs;
my %package_at = packages_at(values %place_of);
my ($kore, @libraries) = (kore(), libraries());
my %ref_at = map { my $ref = $_->{'bom-ref'}; map { $_ => $ref } places($_) } @libraries;

print json({
	bomFormat => 'CycloneDX',
	specVersion => '1.5',
	version => \1,
	metadata => {
		lifecycles => [{ phase => 'post-build' }],
		component => {
			type => 'application', 'bom-ref' => $kassa, name => $name, version => $version, purl => $kassa,
			description => 'A self-hosted payment provider server',
		},
		($ENV{SOURCE_DATE_EPOCH} // '') =~ /^(\d+)$/ ? (timestamp => strftime('%FT%TZ', gmtime $1)) : (),
	},
	# A scanner wants to know whose packages these are before it looks for their holes.
	components => [
		{
			type => 'operating-system', 'bom-ref' => 'system', name => $system{ID},
			version => $system{VERSION_ID},
		},
		$kore, @libraries,
	],
	# What is not named here has dependencies that nobody looked for: Kore's are among Kassa's own.
	dependencies => [
		{ ref => $kassa, dependsOn => [$kore->{'bom-ref'}, refs_needed_by($kassa, @programs)] },
		map { dependency($_) } @libraries,
	],
}), "\n";

# --- the parts ----------------------------------------------------------------------------------

# Kore as it is in Kassa: Debian's, changed.
sub kore {
	my ($source_version) = said('cat', $kore_version);
	my %pristine = (type => 'framework', name => 'kore', version => $source_version,
	    purl => purl('kore', $source_version, 'source'));
	my ($digest) = map { /([0-9a-f]{64})/ } said('sha256sum', $patch);
	return {
		%pristine,
		'bom-ref' => 'kore-patched',
		description => 'Compiled into Kassa from the sources of Debian\'s package, with our patch',
		pedigree => {
			ancestors => [\%pristine],
			patches => [{ type => 'unofficial', diff => { url => uri($patch) } }],
			notes => 'patches/README.md says what each change is for, and which test fails without it',
		},
		properties => [{ name => 'kassa:patch:sha256', value => $digest }],
	};
}

# A component for each package that owns a library which is loaded, in order of their names.
sub libraries {
	my %places;
	push @{$places{$package_at{$_} // $_}}, $_ for sort values %place_of;
	return map { component($_, @{$places{$_}}) } sort keys %places;
}

sub component {
	my ($package, @places) = @_;
	my %evidence = (occurrences => [map { { location => $_ } } @places]);
	if ($package =~ m{^/}) {
		warn "sbom.pl: $package belongs to no package: its version is not known\n";
		return { type => 'library', 'bom-ref' => $package, name => base($package), evidence => \%evidence };
	}
	my ($binary, $binary_version, $machine, $source, $source_version) = split /\t/, (said('dpkg-query', '-W', '-f',
	    '${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n', $package))[0];
	my $upstream = upstream($binary, $binary_version, $source, $source_version);
	my $purl = purl($binary, $binary_version, $machine, $upstream);
	my @licences = map { { license => { name => $_ } } } licences($binary);
	# One is the licence.  Of several only the copyright file says which of them is the library's.
	$evidence{licenses} = \@licences if @licences > 1;
	return {
		type => 'library', 'bom-ref' => $purl, name => $binary, version => $binary_version, purl => $purl,
		evidence => \%evidence, properties => [source_properties($source, $source_version)],
		@licences == 1 ? (licenses => \@licences) : (),
	};
}

# Debian tells of holes by source package.  Grype reads which one in the purl, Trivy in properties of its own naming.
sub upstream {
	my ($binary, $binary_version, $source, $source_version) = @_;
	return $source_version ne $binary_version ? "$source\@$source_version" : $source ne $binary ? $source : undef;
}

sub source_properties {
	my ($source, $source_version) = @_;
	my ($epoch, $upstream, $release) = $source_version =~ /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/;
	my @parts = ([SrcName => $source], [SrcVersion => $upstream], [SrcRelease => $release], [SrcEpoch => $epoch]);
	return map { { name => "aquasecurity:trivy:$_->[0]", value => $_->[1] } } grep { defined $_->[1] } @parts;
}

# Licences of the package's source in Debian's words, where its copyright file is one for machines (DEP 5), without
# those of Debian's packaging.
sub licences {
	my ($binary) = @_;
	my $file = "/usr/share/doc/$binary/copyright";
	my @paragraphs = -r $file ? split(/\n\s*\n/, join("\n", said('cat', $file))) : ();
	return if !@paragraphs || $paragraphs[0] !~ m{^Format:\s*\S*/copyright-format/}mi;
	my %named;
	for (@paragraphs) {
		my ($files) = /^Files:((?:.*)(?:\n[ \t].*)*)/mi or next;
		my ($licence) = /^License:[ \t]*(\S.*?)\s*$/mi or next;
		$named{$licence} = 1 if grep { !m{^debian/} } split ' ', $files;
	}
	return sort keys %named;
}

sub places {
	my ($library) = @_;
	return map { $_->{location} } @{$library->{evidence}{occurrences}};
}

sub dependency {
	my ($library) = @_;
	return { ref => $library->{'bom-ref'}, dependsOn => [refs_needed_by($library->{'bom-ref'}, places($library))] };
}

# --- what the machine knows ---------------------------------------------------------------------

# Lines of a program's standard output.  What it complains of is seen by what is missing then.
sub said {
	open(my $pipe, '-|', 'sh', '-c', 'exec "$@" 2> /dev/null', 'sh', @_) or die "sbom.pl: $_[0]: $!\n";
	chomp(my @lines = <$pipe>);
	close($pipe);
	die "sbom.pl: @_ says nothing\n" if !@lines;
	return @lines;
}

# NAME => PLACE of each library that a program loads, and that those load.  The kernel's own is in no file.
sub loaded_by {
	my ($program) = @_;
	my @lines = said('ldd', $program);
	my ($missing) = grep { /not found/ } @lines;
	die "sbom.pl: $program: $missing\n" if defined $missing;
	return map { m{^\s+(?:(\S+) => )?(/\S+) \(0x} ? ($1 // base($2), $2) : () } @lines;
}

# PLACE => PACKAGE:ARCHITECTURE.  dpkg knows a file by the name in its package, which may lack the /usr before /lib, or
# have it, or be what a link leads to.
sub packages_at {
	my %place_by;
	for my $place (@_) {
		my $inside = $place =~ s{^/usr(?=/lib)}{}r;
		$place_by{$_} = $place for $inside, "/usr$inside", abs_path($place);
	}
	return map { /^([^\s,]+)(?:, [^:]\S*)*: (\/.*)$/ && $place_by{$2} ? ($place_by{$2}, $1) : () }
	    said('dpkg-query', '-S', sort keys %place_by);
}

# The components whose libraries are needed by files of one of them, which is not said of itself.
sub refs_needed_by {
	my ($self, @files) = @_;
	my %refs = map { $_ => 1 } grep { $_ ne $self } map { ref_of($_) } map { needed_by($_) } @files;
	return sort keys %refs;
}

sub ref_of {
	my ($needed) = @_;
	my $place = $place_of{$needed} or die "sbom.pl: $needed is needed, and ldd does not say from where\n";
	return $ref_at{$place};
}

# The names of a file's DT_NEEDED: ELF of either size and order of bytes.
sub needed_by {
	my ($file) = @_;
	open(my $in, '<:raw', $file) or die "sbom.pl: $file: $!\n";
	my $elf = do { local $/; <$in> };
	my ($magic, $size, $order) = unpack('a4CC', $elf);
	die "sbom.pl: $file is not ELF\n" if $magic ne "\x7fELF";
	my ($half, $long, $word) = map { $_ . ($order == 1 ? '<' : '>') } 'S', 'L', $size == 2 ? 'Q' : 'L';
	my ($at, $step, $count) = unpack($size == 2 ? "x32 $word x14 $half$half" : "x28 $word x10 $half$half", $elf);
	my @segments = map { [unpack($size == 2 ? "$long x4 $word$word x8 $word" : "$long$word$word x4 $word",
	    substr($elf, $at + $_ * $step, $step))] } 0 .. $count - 1;	# type, offset, address, length
	my ($dynamic) = grep { $_->[0] == 2 } @segments;
	my ($strings, @needed);
	my @entries = unpack("($word)*", substr($elf, $dynamic->[1], $dynamic->[3]));
	while (my ($tag, $value) = splice(@entries, 0, 2)) {
		last if $tag == 0;
		push @needed, $value if $tag == 1;
		$strings = $value if $tag == 5;
	}
	my ($within) = grep { $_->[0] == 1 && $strings >= $_->[2] && $strings < $_->[2] + $_->[3] } @segments;
	return map { unpack('Z*', substr($elf, $strings - $within->[2] + $within->[1] + $_)) } @needed;
}

# --- how it is written --------------------------------------------------------------------------

sub base {
	return $_[0] =~ s{.*/}{}r;
}

sub escaped {
	return $_[0] =~ s{([^A-Za-z0-9._~:-])}{sprintf('%%%02X', ord $1)}ger;
}

sub uri {
	return join('/', map { s{:}{%3A}gr } map { escaped($_) } split(m{/}, $_[0]));
}

sub purl {
	my ($package, $package_version, $machine, $upstream) = @_;
	my $purl = "pkg:deb/$system{ID}/" . escaped($package) . '@' . escaped($package_version)
	    . "?arch=$machine&distro=$system{ID}-$system{VERSION_ID}";
	return $purl . (defined $upstream ? '&upstream=' . escaped($upstream) : '');
}

# A reference to a scalar stands for itself, all else that is no list or object is a text.
sub json {
	my ($value, $indent) = (@_, "\n");
	my $inside = "$indent  ";
	return $$value if ref $value eq 'SCALAR';
	return text($value) if !ref $value;
	my ($open, $close, @members) = ref $value eq 'ARRAY'
	    ? ('[', ']', map { json($_, $inside) } @$value)
	    : ('{', '}', map { text($_) . ': ' . json($value->{$_}, $inside) } sort keys %$value);
	return @members ? $open . $inside . join(",$inside", @members) . $indent . $close : $open . $close;
}

sub text {
	my ($text) = @_;
	utf8::decode($text) or $text =~ s/[^\x00-\x7f]/?/g;
	$text =~ s{(["\\])}{\\$1}g;
	$text =~ s{([\x00-\x1f])}{sprintf('\\u%04x', ord $1)}ge;
	utf8::encode($text);
	return "\"$text\"";
}

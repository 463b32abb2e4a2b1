#!/usr/bin/env bash
# Makes the files of a real system for the simulated machine, from Debian's own riscv64 packages:
#
#   Image        Debian's stock kernel
#   initrd.gz    busybox, some of the kernel's modules, and an init that gives a shell
#   disk.ext4    a small file system to write to
#   boot.disk    a disk that U-Boot boots: the same kernel and initrd, and extlinux.conf
#
# Usage: scripts/debian-guest.sh [FOLDER]      default: $WORLDSWITCH_GUEST, else .hv/systems in the project's folder
# Fetches about 115 MB from the Debian archive, verified by Debian's keyring; installs nothing and needs no root.
# Does nothing if the folder has been made by this version of the script.
set -euo pipefail
script=$(realpath "$0")
folder=${1:-${WORLDSWITCH_GUEST:-$(dirname "$script")/../.hv/systems}}
suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
commands="sh setsid cttyhack mount umount cat echo ls mkdir modprobe lsmod poweroff uname ping ifconfig route udhcpc dd sync dmesg grep sleep seq hwclock date head wc md5sum"
modules="virtio_mmio virtio_blk virtio_net virtio-rng ext4 kvm"
at_start="virtio_mmio virtio_blk virtio_net" # the large ones take a second of the guest's time each: modprobe ext4

fail() { echo "debian-guest: $*" >&2; exit 2; }

for tool in apt-get dpkg-deb cpio gzip xz mke2fs; do
  PATH=$PATH:/usr/sbin:/sbin command -v "$tool" >/dev/null || fail "$tool is missing (Debian: apt dpkg cpio gzip xz-utils e2fsprogs)."
done
[ -e "$keyring" ] || fail "$keyring is missing (Debian: debian-archive-keyring)."
PATH=$PATH:/usr/sbin:/sbin

mkdir -p "$folder" && cd "$folder"
version=$(sha256sum <"$script")
if [ "$(cat made-by 2>/dev/null)" = "$version" ]; then echo "$PWD is up to date."; exit 0; fi
rm -f made-by

# An apt of its own: its sources, lists and cache are in this folder.
archive=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+debian[^ ]*) .*/\2/p' \
  /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1) || true
mkdir -p apt/state/lists/partial apt/cache/archives/partial
: >apt/status
echo "deb [arch=riscv64 signed-by=$keyring] ${archive:-http://deb.debian.org/debian} $suite main" >apt/sources.list
cat >apt/apt.conf <<END
APT::Architecture "riscv64";
APT::Architectures { "riscv64"; };
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Dir::Etc::sourcelist "$PWD/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$PWD/apt/state";
Dir::State::status "$PWD/apt/status";
Dir::Cache "$PWD/apt/cache";
END
export APT_CONFIG=$PWD/apt/apt.conf

# The archive may be slow or away for a moment.
again() { for try in 1 2 3; do "$@" && return; sleep $((5 * try)); done; fail "gave up on: $*"; }

again apt-get -qq update
kernel=$(apt-cache depends linux-image-riscv64 | sed -nE 's/.*Depends: (linux-image-[0-9][^ ]*).*/\1/p' | head -n 1)
[ -n "$kernel" ] || fail "$suite has no linux-image-riscv64."
rm -rf ./*.deb tree
again apt-get -qq download "$kernel" busybox-static
for package in ./*.deb; do dpkg-deb -x "$package" tree; done

# The kernel comes as an Image, or packed: the machine takes both.
release=${kernel#linux-image-}
cp tree/boot/vmlinu[xz]-"$release" Image

# The first file system.
rm -rf root && mkdir -p root/{bin,dev,proc,sys,lib,tmp,mnt}
cp "$(find tree -path '*bin/busybox' -type f | head -n 1)" root/bin/busybox
for command in $commands; do ln -s busybox "root/bin/$command"; done

library=root/lib/modules/$release
mkdir -p "$library"
asks_for() {
  [ "$1" != ext4 ] || echo crc32c_generic # which it finds by what it does, not by its name
  tr '\0' '\n' <"$library/$1.ko" | sed -nE 's/^depends=(.+)/\1/p' | tr ',' '\n'
}
add_module() { # NAME: and what it asks for
  local file needed
  [ ! -e "$library/$1.ko" ] || return 0
  file=$(find tree -name "$1.ko*" | head -n 1)
  case $file in
    *.xz) xz -dc "$file" >"$library/$1.ko" ;;
    *.ko) cp "$file" "$library/$1.ko" ;;
    *) fail "$kernel has no module $1 that this script can unpack." ;;
  esac
  for needed in $(asks_for "$1"); do add_module "$needed"; done
}
for module in $modules; do add_module "$module"; done

# modules.dep: behind each module all that it needs, directly or not; modprobe loads the last one first.
all_needs() {
  local needed
  for needed in $(asks_for "$1"); do echo "$needed.ko"; done
  for needed in $(asks_for "$1"); do all_needs "$needed"; done
}
for file in "$library"/*.ko; do
  module=$(basename "$file" .ko)
  echo "$module.ko: $(all_needs "$module" | tr '\n' ' ')"
done >"$library/modules.dep"

{
  cat <<'END'
#!/bin/sh
# Mounts what the kernel offers, loads the drivers of the board's devices, then gives a shell on the console.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
END
  echo "modprobe -a $at_start"
  cat <<'END'
uname -srm
while :; do setsid cttyhack sh </dev/console >/dev/console 2>&1; done
END
} >root/init
cat >root/bin/lease <<'END'
#!/bin/sh
# What udhcpc calls: deconfig before it asks, bound with the address that it was given.
case $1 in
  deconfig) ifconfig "$interface" 0.0.0.0 up ;;
  bound)
    ifconfig "$interface" "$ip" netmask "$subnet"
    route add default gw "${router:-$serverid}"
    ;;
esac
END
chmod +x root/init root/bin/lease
(cd root && find . | LC_ALL=C sort | cpio --quiet -o -H newc) | gzip -9n >initrd.gz

# Disks. Their identifiers are given, so that they are the same each time.
ext4() { # FILE SIZE-IN-MIB FOLDER
  rm -f "$1"
  mke2fs -qF -t ext4 -O ^metadata_csum,^64bit -U 00000000-0000-4000-8000-000000000001 -E hash_seed=00000000-0000-4000-8000-000000000002 \
    -d "$3" "$1" "$2M" >/dev/null
}
rm -rf data boot && mkdir -p data boot/extlinux
echo 'written outside' >data/hello.txt
ext4 disk.ext4 16 data
cp Image initrd.gz boot/
cat >boot/extlinux/extlinux.conf <<'END'
default debian
label debian
  kernel /Image
  initrd /initrd.gz
  append console=ttyS0
END
ext4 boot.ext4 48 boot
# U-Boot wants a partition table: one Linux partition (type 0x83), marked bootable, from sector 2048 on, of 98304 sectors.
{
  head -c 446 /dev/zero
  printf '\x80\xfe\xff\xff\x83\xfe\xff\xff\x00\x08\x00\x00\x00\x80\x01\x00'
  head -c 48 /dev/zero
  printf '\x55\xaa'
  head -c $((2047 * 512)) /dev/zero
  cat boot.ext4
} >boot.disk
rm boot.ext4

rm -rf tree root data boot apt ./*.deb
echo "$version" >made-by
echo "$PWD: $kernel"
ls -l Image initrd.gz disk.ext4 boot.disk | awk '{ print "  " $NF, $5 }'

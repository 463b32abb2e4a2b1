#!/bin/sh
# Compiles every guest to NAME.bin, which is committed: bench needs no compiler. Needs riscv64-unknown-elf-gcc (Debian: gcc-riscv64-unknown-elf).
set -e
cd "$(dirname "$0")"
for source in *.c; do
  name=${source%.c}
  case $name in
    float) target='-march=rv64imafdc_zicsr_zifencei -mabi=lp64d -fno-math-errno' ;;
    *) target='-march=rv64imac_zicsr_zifencei -mabi=lp64' ;;
  esac
  riscv64-unknown-elf-gcc -O2 $target -mcmodel=medany -nostdlib -ffreestanding \
    -fno-tree-loop-distribute-patterns -Wl,--build-id=none -T link.ld "$source" -o "$name.elf"
  riscv64-unknown-elf-objcopy -O binary "$name.elf" "$name.bin"
  rm "$name.elf"
done

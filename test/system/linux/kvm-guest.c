/**
 * A virtual machine monitor for Linux's KVM on RISC-V, without a C library, and the guest that it runs: the guest shows that the
 * hypervisor extension carries a kernel's work, and the monitor prints each exit that reaches it. Interface: Documentation/virt/kvm/api.rst.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

/* System calls: include/uapi/asm-generic/unistd.h. */
enum { IOCTL = 29, OPENAT = 56, WRITE = 64, EXIT = 93, MMAP = 222 };
enum { AT_FDCWD = -100, O_RDWR = 2, PROT_READ_WRITE = 3, MAP_SHARED = 1, MAP_PRIVATE_ANONYMOUS = 0x22 };

/* ioctl's request: direction, size of the argument, KVM's letter 0xae, number (include/uapi/linux/kvm.h). */
#define KVM(number) (0xae00 | (number))
#define KVM_WRITES(number, type) (1UL << 30 | sizeof(type) << 16 | KVM(number))
enum { KVM_GET_API_VERSION = KVM(0x00), KVM_CREATE_VM = KVM(0x01), KVM_GET_VCPU_MMAP_SIZE = KVM(0x04) };
enum { KVM_CREATE_VCPU = KVM(0x41), KVM_RUN = KVM(0x80) };

struct kvm_userspace_memory_region { u32 slot, flags; u64 guest_phys_addr, memory_size, userspace_addr; };
struct kvm_one_reg { u64 id, addr; };
#define KVM_SET_USER_MEMORY_REGION KVM_WRITES(0x46, struct kvm_userspace_memory_region)
#define KVM_SET_ONE_REG KVM_WRITES(0xac, struct kvm_one_reg)

/* "RISC-V registers are mapped using the lower 32 bits": 64 bits wide, of the group "core"; pc is the first. */
#define KVM_REG_RISCV_CORE_PC 0x8030000002000000UL

enum { KVM_EXIT_MMIO = 6, KVM_EXIT_SYSTEM_EVENT = 24, KVM_EXIT_RISCV_SBI = 35 };

struct kvm_run {
  u8 in[8];
  u32 exit_reason;
  u8 other[20];
  union {
    struct { u64 phys_addr; u8 data[8]; u32 len; u8 is_write; } mmio;
    struct { u32 type, ndata; u64 data[16]; } system_event;
    struct { u64 extension_id, function_id, args[6], ret[2]; } riscv_sbi;
  };
};

enum { GUEST_RAM = 0x80000000, GUEST_BYTES = 0x400000 };

/* The guest. It stores its results to an address where nothing is, which is how they reach the monitor. */
extern u8 guest[], guest_end[];
asm(R"(
  .section .rodata
  .balign 4
  .option push
  .option norvc
guest:
  li s0, 0x10000000         # no memory: every access is the monitor's to carry out
  sd a0, 0(s0)              # a0 at the start is the hart's number
  li t0, 0x5a
  sb t0, 9(s0)
  lwu t0, 0x20(s0)          # the monitor answers all ones
  sd t0, 0x28(s0)

  # An exception of the guest's own, which no hypervisor sees: ecall from VU to VS.
  la t0, from_user
  csrw stvec, t0
  la t0, user
  csrw sepc, t0
  li t0, 0x100
  csrc sstatus, t0          # SPP = 0
  sret
  .balign 4
user:
  li a0, 77
  ecall
  .balign 4
from_user:
  csrr t0, scause
  sd t0, 0x30(s0)

  # Sv39 of the guest's own under KVM's translation: pages of 1 GiB, RAM at its address and 4 GiB higher. A and D are set:
  # Linux 6.12 leaves henvcfg.ADUE at 0, which makes their setting the guest's own work.
  li s1, 0x80200000
  li t0, (0x80000000 >> 2) | 0xcf
  sd t0, 2 * 8(s1)
  sd t0, 6 * 8(s1)
  li t0, 0xc7               # the first GiB, where s0 points
  sd t0, 0(s1)
  srli t0, s1, 12
  li t1, 8 << 60
  or t0, t0, t1
  csrw satp, t0
  sfence.vma
  li t1, 0x180300000
  li t2, 0x1234
  sd t2, 0(t1)
  li t1, 0x80300000
  ld t2, 0(t1)
  sd t2, 0x38(s0)

  # A timer interrupt in VS: SBI's set_timer, then wfi until it comes.
  la t0, on_timer
  csrw stvec, t0
  rdtime a0
  addi a0, a0, 1000
  li a7, 0x54494d45         # "TIME"
  li a6, 0
  ecall
  li t0, 0x20
  csrs sie, t0
  csrsi sstatus, 2
1: wfi
  j 1b
  .balign 4
on_timer:
  csrr t0, scause
  sd t0, 0x40(s0)

  li a0, 42
  li a6, 0
  li a7, 0x08000000         # of SBI's experimental extensions: KVM leaves them to the monitor
  ecall
  sd a1, 0x48(s0)
  li a7, 0x53525354         # "SRST"
  li a6, 0
  li a0, 0                  # shutdown
  li a1, 0                  # no reason
  ecall
2: j 2b
guest_end:
  .option pop
  .text
)");

static long call(long number, long a, long b, long c, long d, long e, long f) {
  register long a0 asm("a0") = a, a1 asm("a1") = b, a2 asm("a2") = c, a3 asm("a3") = d, a4 asm("a4") = e, a5 asm("a5") = f;
  register long a7 asm("a7") = number;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
  return a0;
}

static long length(const char *text) {
  long count = 0;
  while (text[count]) count++;
  return count;
}

static void print(const char *text) { call(WRITE, 1, (long)text, length(text), 0, 0, 0); }

static void print_number(u64 value) {
  char text[20] = " 0x0";
  int digits = 1;
  while (digits < 16 && value >> (4 * digits)) digits++;
  for (int i = 0; i < digits; i++) text[3 + i] = "0123456789abcdef"[value >> (4 * (digits - 1 - i)) & 15];
  text[3 + digits] = 0;
  print(text);
}

static void leave(int status) { call(EXIT, status, 0, 0, 0, 0, 0); }

/* A system call that must not fail. */
static long need(const char *what, long result) {
  if (result >= 0 || result < -4095) return result;
  print(what);
  print(" fails, errno");
  print_number(-result);
  print("\n");
  leave(1);
  return 0;
}

static long control(const char *what, long file, u64 request, void *argument) {
  return need(what, call(IOCTL, file, request, (long)argument, 0, 0, 0));
}

static void *map(const char *what, u64 bytes, int flags, long file) {
  return (void *)need(what, call(MMAP, 0, bytes, PROT_READ_WRITE, flags, file, 0));
}

/* Prints a store; answers a load with all ones. */
static void mmio(struct kvm_run *run) {
  u64 value = 0;
  for (u32 i = run->mmio.len; i-- > 0;) value = value << 8 | run->mmio.data[i];
  print(run->mmio.is_write ? "MMIO store" : "MMIO load");
  print_number(run->mmio.phys_addr);
  print_number(run->mmio.len);
  if (run->mmio.is_write) print_number(value);
  else for (u32 i = 0; i < 8; i++) run->mmio.data[i] = 0xff;
  print("\n");
}

/* Prints why the guest was left; gives 0 if it is not to be entered again. */
static int handle(struct kvm_run *run) {
  switch (run->exit_reason) {
    case KVM_EXIT_MMIO:
      mmio(run);
      return 1;
    case KVM_EXIT_RISCV_SBI:
      print("SBI");
      print_number(run->riscv_sbi.extension_id);
      print_number(run->riscv_sbi.args[0]);
      print("\n");
      run->riscv_sbi.ret[0] = 0;
      run->riscv_sbi.ret[1] = run->riscv_sbi.args[0] + 1;
      return 1;
    case KVM_EXIT_SYSTEM_EVENT:
      print("system event");
      print_number(run->system_event.type);
      print("\n");
      return 0;
    default:
      print("unexpected exit");
      print_number(run->exit_reason);
      print("\n");
      leave(1);
      return 0;
  }
}

void _start(void) {
  long kvm = need("/dev/kvm", call(OPENAT, AT_FDCWD, (long)"/dev/kvm", O_RDWR, 0, 0, 0));
  print("API");
  print_number(control("KVM_GET_API_VERSION", kvm, KVM_GET_API_VERSION, 0));
  print("\n");
  long vm = control("KVM_CREATE_VM", kvm, KVM_CREATE_VM, 0);
  u8 *ram = map("the guest's RAM", GUEST_BYTES, MAP_PRIVATE_ANONYMOUS, -1);
  for (long i = 0; i < guest_end - guest; i++) ram[i] = guest[i];
  struct kvm_userspace_memory_region region = {0, 0, GUEST_RAM, GUEST_BYTES, (u64)ram};
  control("KVM_SET_USER_MEMORY_REGION", vm, KVM_SET_USER_MEMORY_REGION, &region);
  long vcpu = control("KVM_CREATE_VCPU", vm, KVM_CREATE_VCPU, 0);
  struct kvm_run *run = map("kvm_run", control("KVM_GET_VCPU_MMAP_SIZE", kvm, KVM_GET_VCPU_MMAP_SIZE, 0), MAP_SHARED, vcpu);
  u64 pc = GUEST_RAM;
  struct kvm_one_reg reg = {KVM_REG_RISCV_CORE_PC, (u64)&pc};
  control("KVM_SET_ONE_REG", vcpu, KVM_SET_ONE_REG, &reg);
  do control("KVM_RUN", vcpu, KVM_RUN, 0);
  while (handle(run));
  leave(0);
}

/* What the kernel asks of the hypervisor where arch.h would use the hart. The contract is docs/paravirtual.md. */

extern volatile struct shared_info {
    u64 mask, enabled, pending, status, pc, cause, value, scratch, time;
} shared;
static inline u64 trap_cause(void) { return shared.cause; }
static inline u64 trap_value(void) { return shared.value; }
static inline u64 time_now(void) { return shared.time; }
void traps_start(void (*entry)(void));
void wait_for_interrupt(void);

/* hypervisor.c: calls that wait until they are sent, all at once and in order. */
void hypervisor_queue(u64 extension, u64 function, u64 first, u64 second);
void hypervisor_update(pte_t *entry, pte_t value);
void updates_send(void);
u64 translate(u64 page, int from);
#define to_frame(page) translate(page, 0)
#define from_frame(frame) translate(frame, 1)

/* tables.c. The kernel runs in U-mode; an entry that is not valid names a device (bit 8). */
#define KERNEL_PAGE (PTE_V | PTE_U | PTE_A | PTE_D)
#define DEVICE_PAGE (PTE_U | 256)
enum { LARGEST_LEAF = 0, TABLES_HAVE_ALIASES = 0 };
void pte_set(pte_t *entry, pte_t value);
void space_activate(u64 root, u64 asid);
int root_split(u64 root);
void root_release(u64 root);

/* There is one ASID, and the hypervisor flushes what an update made stale. */
static inline u64 asid_limit(u64 root) { return 0; }
static inline void flush_page(u64 address, u64 asid) {}
static inline void flush_space(u64 asid) {}
static inline void flush_all(void) {}

/* Functions of the hypervisor's SBI extension, by number: docs/paravirtual.md. */
#define HYPERVISOR 0x0a005753UL
enum { MEMORY_MAP, SET_SHARED_INFO, SET_ENTRIES, SET_ROOTS, PIN, UNPIN, UPDATE, RETURN, BLOCK, MULTICALL };

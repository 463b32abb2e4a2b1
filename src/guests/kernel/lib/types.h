/* Names for widths, shared by the kernel and its user programs. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define NULL ((void *)0)
#define PAGE_SIZE 4096UL
#define PAGE_DOWN(address) ((address) & ~(PAGE_SIZE - 1))
#define PAGE_UP(address) PAGE_DOWN((address) + PAGE_SIZE - 1)

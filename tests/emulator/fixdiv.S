/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Replaces long_idiv(quotient, remainder, dividend, divisor) in Debian's bochs 3.1: gcc 16 miscompiled it
 * (strict aliasing: the low half of the dividend is never copied), so every 64-bit IDIV gave nonsense.
 * rdi: 128-bit quotient, rsi: 64-bit remainder, rdx: 128-bit dividend, rcx: divisor (not 0). */
    .text
    endbr64
    mov (%rdx), %r8
    mov 8(%rdx), %r9
    mov %r9, %r10
    mov %r9, %r11
    xor %rcx, %r11
    test %r9, %r9
    jns 1f
    neg %r8
    adc $0, %r9
    neg %r9
1:  test %rcx, %rcx
    jns 2f
    neg %rcx
2:  mov %r9, %rax
    xor %edx, %edx
    div %rcx
    mov %rax, %r9
    mov %r8, %rax
    div %rcx
    test %r11, %r11
    jns 3f
    neg %rax
    adc $0, %r9
    neg %r9
3:  test %r10, %r10
    jns 4f
    neg %rdx
4:  mov %rax, (%rdi)
    mov %r9, 8(%rdi)
    mov %rdx, (%rsi)
    ret

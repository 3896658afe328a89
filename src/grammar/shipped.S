/*
 * A compiled grammar as constant data of the program. TABLE_NAME and TABLE_PATH come from meson.build; the path is
 * relative to the build folder.
 */
        .section .rodata.TABLE_NAME,"a",@progbits
        .balign 64
        .globl TABLE_NAME
        .globl TABLE_END
TABLE_NAME:
        .incbin TABLE_PATH
TABLE_END:
        .section .note.GNU-stack,"",@progbits

/*
 * The shipped maps, compiled, as constant data of the program. BUNDLE_PATH comes from meson.build; it is relative to
 * the build folder.
 */
        .section .rodata.map_shipped_bundle,"a",@progbits
        .balign 64
        .globl map_shipped_bundle
        .globl map_shipped_bundle_end
map_shipped_bundle:
        .incbin BUNDLE_PATH
map_shipped_bundle_end:
        .section .note.GNU-stack,"",@progbits

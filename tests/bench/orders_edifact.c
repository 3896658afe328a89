/* Made-up ORDERS: counts in UNT and UNZ are right, numbers come from a fixed sequence. */
#include "orders_edifact.h"

enum { LINES_MAX = 100 };

struct maker {
    struct wb_out *out;
    uint64_t state;
    unsigned segments; /* of this message so far */
};

static uint32_t
next(struct maker *m, uint32_t count)
{
    m->state = m->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(m->state >> 33) % count;
}

static void
end(struct maker *m)
{
    wb_out_text(m->out, "'\r\n");
    m->segments++;
}

static void
make_line(struct maker *m, unsigned no)
{
    struct wb_out *out = m->out;
    wb_out_printf(out, "LIN+%u++%07u%06u:SRV", no, next(m, 10000000), next(m, 1000000));
    end(m);
    wb_out_printf(out, "PIA+1+VN%08u:SA::91", next(m, 100000000));
    end(m);
    wb_out_printf(out, "IMD+F++:::GLOVE EXAM NITRILE %u MM", next(m, 400));
    end(m);
    wb_out_printf(out, "QTY+21:%u:CT", 1 + next(m, 500));
    end(m);
    wb_out_printf(out, "PRI+AAA:%u.%02u", next(m, 900), next(m, 100));
    end(m);
    if (next(m, 3) == 0) {
        wb_out_printf(out, "DTM+2:2026%02u%02u:102", 1 + next(m, 12), 1 + next(m, 28));
        end(m);
        wb_out_text(out, "FTX+LIN+++DOCK 4?: AFTER 7 O?'CLOCK");
        end(m);
    }
}

static void
make_message(struct maker *m, unsigned no)
{
    struct wb_out *out = m->out;
    m->segments = 0;
    wb_out_printf(out, "UNH+%u+ORDERS:D:96A:UN:EAN008", no);
    end(m);
    wb_out_printf(out, "BGM+220+PO%07u+9", next(m, 10000000));
    end(m);
    wb_out_text(out, "DTM+137:20260311:102");
    end(m);
    wb_out_printf(out, "NAD+BY+4012345%06u::9++GENERAL HOSPITAL %u", next(m, 1000000), next(m, 90));
    end(m);
    wb_out_text(out, "NAD+SU+4012345000009::9");
    end(m);
    wb_out_text(out, "CUX+2:EUR:9");
    end(m);
    const unsigned lines = 1 + next(m, LINES_MAX);
    for (unsigned i = 1; i <= lines; i++) {
        make_line(m, i);
    }
    wb_out_text(out, "UNS+S");
    end(m);
    wb_out_printf(out, "CNT+2:%u", lines);
    end(m);
    wb_out_printf(out, "UNT+%u+%u", m->segments + 1, no);
    end(m);
}

unsigned
bench_orders_edifact(struct wb_out *out, size_t size_bytes)
{
    struct maker m = {.out = out, .state = 1};
    unsigned messages = 0;
    wb_out_text(out, "UNA:+.? '\r\nUNB+UNOC:3+SENDER:14+RECEIVER:14+260311:1200+1'\r\n");
    while (out->buf.len < size_bytes) {
        make_message(&m, ++messages);
    }
    wb_out_printf(out, "UNZ+%u+1'\r\n", messages);
    return messages;
}

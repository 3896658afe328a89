/*
 * The generator. Counts, control numbers, check totals and check digits are right, so that neither
 * checking nor translating these files finds anything, and the usual way through the code is
 * measured.
 */
#include "orders.h"

static uint32_t
next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Digits with their check digit behind them, as UPC and GLN have it: weights 3 and 1 from the
 * right.
 */
static uint64_t
checked(uint64_t digits)
{
    unsigned sum = 0;
    unsigned weight = 3;
    for (uint64_t rest = digits; rest > 0; rest /= 10) {
        sum += (unsigned)(rest % 10) * weight;
        weight = 4 - weight;
    }
    return digits * 10 + (10 - sum % 10) % 10;
}

struct bench_product
bench_product(uint32_t number)
{
    const uint32_t mixed = number * 7919;
    return (struct bench_product){.code = 20000000 + number,
                                  .upc = checked(UINT64_C(6141410000) + number),
                                  .price = 100 + mixed % 90000,
                                  .unit = mixed % BENCH_UNITS};
}

static const char *const units[BENCH_UNITS][2] = {
    {"EA", "Units"  },
    {"CA", "Case"   },
    {"BX", "Box"    },
    {"PK", "Package"},
    {"CT", "Carton" }
};

const char *
bench_unit(uint32_t number)
{
    return units[number % BENCH_UNITS][0];
}

const char *
bench_unit_name(uint32_t number)
{
    return units[number % BENCH_UNITS][1];
}

uint64_t
bench_gln(uint32_t hospital)
{
    return checked(UINT64_C(952100000000) + hospital);
}

/* Returns the number of segments written. */
static unsigned
write_line(struct wb_out *out, uint64_t *state, unsigned no)
{
    const struct bench_product product = bench_product(next(state) % BENCH_PRODUCTS);
    wb_out_printf(out, "PO1*%u*%u*%s*%u.%02u**VN*%08u*UP*%012llu~\n", no, 1 + next(state) % 500,
                  bench_unit(product.unit), product.price / 100, product.price % 100, product.code,
                  (unsigned long long)product.upc);
    wb_out_printf(out, "PID*F****GLOVE EXAM NITRILE %u MM~\n", next(state) % 400);
    if (next(state) % 3 != 0) {
        return 2;
    }
    wb_out_printf(out, "REF*CT*C%06u~\nDTM*002*2026%02u%02u~\n", next(state) % 1000000,
                  1 + next(state) % 12, 1 + next(state) % 28);
    return 4;
}

static void
write_message(struct wb_out *out, uint64_t *state, unsigned no, unsigned lines_max)
{
    wb_out_printf(out, "ST*850*%04u~\nBEG*00*SA*PO%07u**20260311~\nREF*DP*038~\n", no,
                  next(state) % 10000000);
    wb_out_text(out, "PER*BD*PURCHASING*TE*5555550100~\n");
    const uint32_t hospital = next(state) % BENCH_HOSPITALS;
    wb_out_printf(out,
                  "N1*BY*GENERAL HOSPITALS*UL*%013llu~\nN1*ST*GENERAL HOSPITAL %u*UL*%013llu~\n",
                  (unsigned long long)bench_gln(BENCH_HOSPITALS), hospital,
                  (unsigned long long)bench_gln(hospital));
    wb_out_text(out, "N3*100 MAIN STREET~\nN4*SPRINGFIELD*IL*62701~\n");
    unsigned lines = 1 + next(state) % lines_max;
    unsigned segments = 10;
    for (unsigned i = 1; i <= lines; i++) {
        segments += write_line(out, state, i);
    }
    wb_out_printf(out, "CTT*%u~\nSE*%u*%04u~\n", lines, segments, no);
}

unsigned
bench_orders(struct wb_out *out, size_t size_bytes, uint64_t seed, unsigned lines_max)
{
    uint64_t state = seed;
    uint64_t start = out->written_bytes;
    wb_out_text(out, "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
                     "*260311*1200*U*00401*000000001*0*P*>~\n"
                     "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*004010~\n");
    unsigned messages = 0;
    while (out->rc == WB_OK && out->written_bytes - start < size_bytes) {
        write_message(out, &state, ++messages, lines_max);
    }
    wb_out_printf(out, "GE*%u*1~\nIEA*1*000000001~\n", messages);
    return messages;
}

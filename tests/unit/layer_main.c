/*
 * The program that each room is linked into whole, beside the rooms that it may use and no other.
 * It does nothing: that it links is the test.
 */
int
main(void)
{
    return 0;
}

package naru.cli.options;

import java.util.Locale;
import naru.cli.Failure;

/** Numbers as people write them: {@code 5000}, {@code 10k}, {@code 16MB}, {@code 1GiB}. */
public final class Quantity {

    private static final String[] UNITS = {"", "k", "m", "g", "t"};

    private Quantity() {}

    /** @param what whose number it is, for the complaint */
    public static long parse(String what, String text) {
        String word = text.toLowerCase(Locale.ROOT);
        int end = word.length();
        while (end > 0 && !Character.isDigit(word.charAt(end - 1))) {
            end--;
        }
        String unit = word.substring(end).strip();
        for (int power = 0; power < UNITS.length; power++) {
            long step = switch (unit.substring(Math.min(unit.length(), UNITS[power].length()))) {
                case "ib" -> 1_024;
                case "", "b" -> 1_000;
                default -> 0;
            };
            if (unit.startsWith(UNITS[power]) && step > 0) {
                try {
                    return Math.multiplyExact(Long.parseLong(word.substring(0, end).replace("_", "")), pow(step, power));
                } catch (ArithmeticException | NumberFormatException _) {
                    break;
                }
            }
        }
        throw Failure.misuse(what + " is not a number: '" + text + "'", "write for example 5000, 10k or 16MB");
    }

    private static long pow(long step, int power) {
        long product = 1;
        for (int i = 0; i < power; i++) {
            product *= step;
        }
        return product;
    }
}

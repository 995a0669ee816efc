package naru.fuzzing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs as a fuzzer does that sees nothing: bits, edges of number ranges, pieces doubled, dropped and exchanged. */
final class Mutations {

    private static final long[] NUMBERS = {
        0, 1, -1, 2, 127, 128, -128, 255, 1_024, Short.MAX_VALUE, Short.MIN_VALUE, 65_535, 65_536, 1 << 20,
        Integer.MAX_VALUE, Integer.MAX_VALUE - 12, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final int LENGTH_MAX = 4_096;

    private final Random dice;
    private final List<byte[]> inputs;

    Mutations(Random dice, List<byte[]> inputs) {
        this.dice = dice;
        this.inputs = inputs;
    }

    byte[] next() {
        byte[] input = any().clone();
        for (int changes = 1 + dice.nextInt(4); changes > 0; changes--) {
            input = changed(input);
        }
        return input.length > LENGTH_MAX ? Arrays.copyOf(input, LENGTH_MAX) : input;
    }

    private byte[] any() {
        return inputs.get(dice.nextInt(inputs.size()));
    }

    private byte[] changed(byte[] input) {
        if (input.length == 0) {
            return new byte[] {(byte) dice.nextInt()};
        }
        int at = dice.nextInt(input.length);
        int end = at + 1 + dice.nextInt(Math.min(64, input.length - at));
        return switch (dice.nextInt(7)) {
            case 0 -> flipped(input, at);
            case 1 -> withNumber(input, at);
            case 2 -> joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, end, input.length));
            case 3 -> joined(Arrays.copyOf(input, end), Arrays.copyOfRange(input, at, input.length));
            case 4 -> joined(joined(Arrays.copyOf(input, at), noise()), Arrays.copyOfRange(input, at, input.length));
            case 5 -> Arrays.copyOf(input, at);
            default -> crossed(input, at);
        };
    }

    private byte[] flipped(byte[] input, int at) {
        input[at] ^= (byte) (1 << dice.nextInt(8));
        return input;
    }

    private byte[] withNumber(byte[] input, int at) {
        long number = NUMBERS[dice.nextInt(NUMBERS.length)];
        var bytes = ByteBuffer.wrap(input, at, input.length - at);
        int width = Math.min(bytes.remaining(), 1 << dice.nextInt(4));
        switch (width) {
            case 8 -> bytes.putLong(number);
            case 4, 5, 6, 7 -> bytes.putInt((int) number);
            case 2, 3 -> bytes.putShort((short) number);
            default -> bytes.put((byte) number);
        }
        return input;
    }

    private byte[] noise() {
        byte[] noise = new byte[1 + dice.nextInt(12)];
        dice.nextBytes(noise);
        return noise;
    }

    private byte[] crossed(byte[] input, int at) {
        byte[] other = any();
        return other.length == 0 ? input : joined(Arrays.copyOf(input, at),
                Arrays.copyOfRange(other, dice.nextInt(other.length), other.length));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}

package naru.lanes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import naru.base.Randomness;

/** Dice for one lane, or for the time before there is one, seeded from the system's entropy. Not for secrets. */
public final class Dice implements Randomness {

    private final SplittableRandom random = new SplittableRandom(seed());

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** The system's own device where there is one: Java's way to it loads a security provider, 20 ms of a start. */
    private static long seed() {
        try (var entropy = Files.newInputStream(Path.of("/dev/urandom"))) {
            return ByteBuffer.wrap(entropy.readNBytes(Long.BYTES)).getLong();
        } catch (IOException _) {
            return new SecureRandom().nextLong();
        }
    }
}

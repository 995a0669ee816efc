package naru.protocol.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipMembersTest {

    private static final long SEED = Long.getLong("naru.seed", 20_261_121);

    @Test
    void membersFollowOneAnother() throws Exception {
        var packed = new ByteArrayOutputStream();
        for (var part : new String[] {"one ", "", "two ", "three"}) {
            packed.write(member(part.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(unpacked(new GzipMembers(packed.toByteArray()))).asString().isEqualTo("one two three");
    }

    /** As many as overflow the stack of whoever takes one inside the other. */
    @Test
    void aMillionBytesOfEmptyMembersAreNothing() throws Exception {
        byte[] empty = member(new byte[0]);
        var packed = new ByteArrayOutputStream();
        while (packed.size() < 1_000_000) {
            packed.write(empty);
        }
        assertThat(unpacked(new GzipMembers(packed.toByteArray()))).isEmpty();
    }

    @Test
    void aHeadMayHaveEverything() throws Exception {
        byte[] plain = member("content".getBytes(StandardCharsets.UTF_8));
        var head = new ByteArrayOutputStream();
        head.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 0});
        head.write(new byte[] {3, 0, 7, 7, 7, 'n', 'a', 'm', 'e', 0, 'n', 'o', 't', 'e', 0});
        var crc = new CRC32();
        crc.update(head.toByteArray());
        head.write(new byte[] {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)});
        head.write(plain, 10, plain.length - 10);
        assertThat(unpacked(new GzipMembers(head.toByteArray()))).asString().isEqualTo("content");
        assertThat(outcome(() -> new GZIPInputStream(new ByteArrayInputStream(head.toByteArray())))).asString().isEqualTo("content");
    }

    /** The platform's own stream is the oracle, where it does not recur. */
    @Test
    void damagedStreamsGiveWhatThePlatformGives() throws Exception {
        System.out.println("GzipMembersTest: -Dnaru.seed=" + SEED);
        var dice = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            byte[] packed = damaged(dice);
            byte[] theirs = outcome(() -> new GZIPInputStream(new ByteArrayInputStream(packed), 512));
            byte[] ours = outcome(() -> new GzipMembers(packed));
            assertThat(ours).as("seed " + SEED + ", round " + round).isEqualTo(theirs);
        }
    }

    private static byte[] damaged(Random dice) throws IOException {
        var stream = new ByteArrayOutputStream();
        for (int members = 1 + dice.nextInt(3); members > 0; members--) {
            byte[] content = new byte[dice.nextInt(100)];
            dice.nextBytes(content);
            stream.write(member(content));
        }
        byte[] packed = stream.toByteArray();
        for (int flips = dice.nextInt(3); flips > 0; flips--) {
            int at = dice.nextInt(dice.nextBoolean() ? 12 : packed.length);
            packed[at] ^= (byte) (1 << dice.nextInt(8));
        }
        return dice.nextInt(4) == 0 ? Arrays.copyOf(packed, dice.nextInt(packed.length)) : packed;
    }

    private static byte[] member(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    /** What comes out; null when it is refused. */
    private static byte[] outcome(Opening opening) {
        try (var in = opening.open()) {
            return in.readAllBytes();
        } catch (IOException _) {
            return null;
        }
    }

    private static byte[] unpacked(InputStream in) throws IOException {
        try (in) {
            return in.readAllBytes();
        }
    }
}

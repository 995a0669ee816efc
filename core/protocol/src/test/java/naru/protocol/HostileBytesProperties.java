package naru.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import naru.protocol.message.ApiKey;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.ProduceRequest;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.junit.jupiter.api.Test;

/** Whatever a stranger sends, reading it ends in a message or in {@link MalformedMessage}, and costs what it weighs. */
class HostileBytesProperties {

    private static final long SEED = 20_261_121;

    @Test
    void damagedRequestsAreReadOrRefused() throws Exception {
        var dice = new Random(SEED);
        int refused = 0;
        for (var api : ApiKey.values()) {
            for (short version = api.versionMin(); version <= api.versionMax(); version++) {
                for (int round = 0; round < 20; round++) {
                    byte[] bytes = requestOf(api, version, dice.nextLong());
                    damage(bytes, dice);
                    refused += isRefused(api, version, bytes) ? 1 : 0;
                }
            }
        }
        assertThat(refused).as("seed " + SEED + ": damage that showed").isGreaterThan(100);
    }

    @Test
    void noiseIsReadOrRefused() {
        var dice = new Random(SEED);
        for (var api : ApiKey.values()) {
            for (int round = 0; round < 200; round++) {
                byte[] noise = new byte[dice.nextInt(200)];
                dice.nextBytes(noise);
                isRefused(api, api.versionMax(), noise);
            }
        }
    }

    @Test
    void aRequestCutShortIsRefused() throws Exception {
        byte[] whole = requestOf(ApiKey.PRODUCE, (short) 9, SEED);
        for (int length = 0; length < whole.length; length++) {
            var half = new Reader(ByteBuffer.wrap(whole, 0, length).slice());
            assertThatThrownBy(() -> ProduceRequest.read(half, 9)).isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void anArrayThatClaimsMoreElementsThanBytesIsRefusedBeforeAnythingIsReserved() {
        var bytes = ByteBuffer.allocate(12).putInt(0, Integer.MAX_VALUE);
        assertThatThrownBy(() -> MetadataRequest.read(new Reader(bytes), 1)).isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("2147483647 elements");
    }

    @Test
    void listsTogetherHoldNoMoreElementsThanAllowed() {
        var bytes = ByteBuffer.allocate(16).putInt(0, 2).putInt(8, 2);
        var reader = new Reader(bytes, 3);
        assertThat(reader.arrayLength(false, false)).isEqualTo(2);
        reader.skip(4);
        assertThatThrownBy(() -> reader.arrayLength(false, false)).isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("more elements");
    }

    @Test
    void aNegativeLengthIsRefused() {
        var bytes = ByteBuffer.allocate(12).putInt(0, -5);
        assertThatThrownBy(() -> MetadataRequest.read(new Reader(bytes), 1)).isInstanceOf(MalformedMessage.class);
    }

    private static boolean isRefused(ApiKey api, int version, byte[] bytes) {
        try {
            api.readRequest(new Reader(ByteBuffer.wrap(bytes)), version);
            return false;
        } catch (MalformedMessage _) {
            return true;
        }
    }

    private static void damage(byte[] bytes, Random dice) {
        for (int flips = 1 + dice.nextInt(3); flips > 0 && bytes.length > 0; flips--) {
            bytes[dice.nextInt(bytes.length)] = (byte) dice.nextInt();
        }
    }

    private static byte[] requestOf(ApiKey api, short version, long seed) throws Exception {
        var theirs = ApiKeys.forId(api.id()).messageType;
        var request = theirs.newRequest();
        new RandomContent(new Random(seed)).fill(request, theirs.requestSchemas()[version]);
        var cache = new ObjectSerializationCache();
        var buffer = ByteBuffer.allocate(request.size(cache, version));
        request.write(new ByteBufferAccessor(buffer), cache, version);
        return buffer.array();
    }
}

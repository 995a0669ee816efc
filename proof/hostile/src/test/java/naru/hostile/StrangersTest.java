package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import naru.base.Limits;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import org.junit.jupiter.api.Test;

/** Who does not speak the protocol is shown the door, with one line in the log, and nobody else notices. */
class StrangersTest extends BesideABystander {

    private static final long SEED = 20_261_121;

    /** Says it, and expects the end of the connection and one line that names the client and the reason. */
    private void isShownTheDoor(byte[] raw, String reason) throws Exception {
        try (var stranger = broker.connect()) {
            stranger.sendRaw(raw);
            assertThat(stranger.isHungUp()).isTrue();
            bystander.goesOn();
            assertThat(log.about(stranger)).singleElement().asString().contains(reason);
        }
    }

    private static byte[] framed(byte... frame) {
        return ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array();
    }

    @Test
    void aBrowser() throws Exception {
        isShownTheDoor("GET / HTTP/1.1\r\nHost: naru\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                "1195725856 bytes was announced");
    }

    @Test
    void aTlsHello() throws Exception {
        isShownTheDoor(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, "bytes was announced");
    }

    @Test
    void lengthsThatNobodyMeans() throws Exception {
        for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, Limits.PRODUCTION.requestBytesMax() + 1}) {
            isShownTheDoor(ByteBuffer.allocate(4).putInt(length).array(),
                    Integer.toUnsignedString(length) + " bytes was announced");
        }
    }

    @Test
    void aRequestWithoutAHeader() throws Exception {
        for (int length = 0; length < 8; length++) {
            isShownTheDoor(framed(new byte[length]), "a request of " + length + " bytes has no header");
        }
        isShownTheDoor(framed(new byte[] {0, 18, 0, 0, 0, 0, 0, 1}), "the header ends before the client's id");
        isShownTheDoor(framed(new byte[] {0, 18, 0, 0, 0, 0, 0, 1, 0, 9, 'x'}), "a client's id of 9 bytes");
    }

    @Test
    void anUnknownApi() throws Exception {
        for (int api : new int[] {-1, 95, 9_999, Short.MAX_VALUE, Short.MIN_VALUE}) {
            var frame = ByteBuffer.allocate(10).putShort((short) api).putShort((short) 0).putInt(1).putShort((short) -1);
            isShownTheDoor(framed(frame.array()), "asked for API " + (short) api);
        }
    }

    @Test
    void anUnknownVersion() throws Exception {
        for (var api : ApiKey.values()) {
            if (api != ApiKey.API_VERSIONS) {
                for (short version : new short[] {-1, (short) (api.versionMax() + 1), Short.MAX_VALUE}) {
                    var frame = ByteBuffer.allocate(10).putShort(api.id()).putShort(version).putInt(1).putShort((short) -1);
                    isShownTheDoor(framed(frame.array()), "asked for version " + version + " of " + api);
                }
            }
        }
    }

    @Test
    void anUnknownVersionOfApiVersionsIsToldWhatWeSpeak() throws Exception {
        for (short version : new short[] {(short) (ApiKey.API_VERSIONS.versionMax() + 1), Short.MAX_VALUE, -1}) {
            try (var newer = broker.connect()) {
                var frame = ByteBuffer.allocate(10).putShort((short) 18).putShort(version).putInt(1).putShort((short) -1);
                newer.sendRaw(framed(frame.array()));
                var answer = (ApiVersionsResponse) newer.receive(ApiKey.API_VERSIONS, 0);
                assertThat(answer.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
                assertThat(answer.apiKeys()).anySatisfy(key -> {
                    assertThat(key.apiKey()).isEqualTo(ApiKey.API_VERSIONS.id());
                    assertThat(key.maxVersion()).isEqualTo(ApiKey.API_VERSIONS.stableMax());
                });
                // The connection goes on: a client that learned its lesson asks again on it.
                var again = newer.ask(ApiKey.API_VERSIONS, 0, ApiVersionsRequest.builder().build(), ApiVersionsResponse.class);
                assertThat(again.errorCode()).isZero();
                assertThat(log.about(newer)).isEmpty();
            }
        }
    }

    @Test
    void anApiVersionsRequestWithAnUnreadableBody() throws Exception {
        isShownTheDoor(framed(new byte[] {0, 18, 0, 3, 0, 0, 0, 1, -1, -1, 0, 120, 120}), "makes no sense");
    }

    @Test
    void noise() throws Exception {
        var dice = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            byte[] noise = new byte[1 + dice.nextInt(2_000)];
            dice.nextBytes(noise);
            try (var stranger = broker.connect()) {
                stranger.sendRaw(noise);
                stranger.closeOutput();
                assertThat(stranger.isHungUp()).as("seed " + SEED + ", round " + round).isTrue();
                assertThat(log.about(stranger)).as("seed " + SEED + ", round " + round).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void noiseInsideFrames() throws Exception {
        var dice = new Random(SEED);
        for (int round = 0; round < 1_000; round++) {
            byte[] noise = new byte[dice.nextInt(300)];
            dice.nextBytes(noise);
            if (noise.length >= 4) {
                noise[0] = 0;
                noise[1] = (byte) dice.nextInt(75);
                noise[2] = 0;
                noise[3] = (byte) dice.nextInt(15);
            }
            try (var stranger = broker.connect()) {
                stranger.sendFrame(noise);
                stranger.closeOutput();
                assertThat(stranger.isHungUp()).as("seed " + SEED + ", round " + round).isTrue();
                assertThat(log.about(stranger)).as("seed " + SEED + ", round " + round).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aRequestThatNeverEnds() throws Exception {
        try (var half = broker.connect(); var whole = broker.connect()) {
            half.sendLength(50 << 20);
            half.sendRaw(new byte[100_000]);
            bystander.goesOn();
            var answer = whole.ask(ApiKey.METADATA, 12, MetadataRequest.builder().topics(null).build(), MetadataResponse.class);
            assertThat(answer.topics()).hasSize(1);
            assertThat(log.about(half)).isEmpty();
        }
    }
}

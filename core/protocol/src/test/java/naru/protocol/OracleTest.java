package naru.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import naru.protocol.message.ApiKey;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.junit.jupiter.api.Test;

/**
 * Every message, every version, against Kafka's own classes: what they write, ours reads to the last byte and writes
 * again byte for byte, and they read that as what it was.
 */
class OracleTest {

    private static final long SEED = 20_261_121;
    private static final int ROUNDS = 12;

    /** Where Kafka keeps the class of a message, by package, with what it appends to the schema's name. */
    private static final List<String> HOMES = List.of(
            "org.apache.kafka.common.message.%sData",
            "org.apache.kafka.common.message.%s",
            "org.apache.kafka.common.metadata.%s",
            "org.apache.kafka.coordinator.group.generated.%s",
            "org.apache.kafka.coordinator.transaction.generated.%s",
            "org.apache.kafka.coordinator.share.generated.%s",
            "org.apache.kafka.server.log.remote.metadata.storage.generated.%s",
            "org.apache.kafka.storage.internals.log.generated.%s",
            "org.apache.kafka.server.generated.%s",
            "org.apache.kafka.raft.generated.%s");

    @Test
    void everyMessageOfEveryVersionIsReadAndWrittenAsKafkaDoes() throws Exception {
        int versions = 0;
        for (var ours : generatedMessages()) {
            var theirs = oracleOf(ours);
            for (short v = ours.getField("VERSION_MIN").getShort(null); v <= ours.getField("VERSION_MAX").getShort(null); v++) {
                versions++;
                for (int round = 0; round < ROUNDS; round++) {
                    compare(ours, theirs, v, SEED + round);
                }
            }
        }
        assertThat(versions).as("versions compared").isGreaterThan(600);
    }

    private static void compare(Class<?> ours, Class<?> theirs, short version, long seed) throws Exception {
        var schemas = (Schema[]) theirs.getField("SCHEMAS").get(null);
        var original = (Message) theirs.getDeclaredConstructor().newInstance();
        new RandomContent(new Random(seed)).fill(original, schemas[version]);
        byte[] bytes = bytesOf(original, version);
        String what = ours.getSimpleName() + " version " + version + " seed " + seed;

        var in = new Reader(ByteBuffer.wrap(bytes));
        var read = read(ours, in, version, what);
        assertThat(in.remaining()).as(what + ": bytes left").isZero();
        var out = new Writer(16);
        read.write(out, version);
        assertThat(out.toBytes()).as(what).isEqualTo(bytes);

        var back = (Message) theirs.getDeclaredConstructor().newInstance();
        back.read(new ByteBufferAccessor(out.written()), version);
        assertThat(back).as(what).isEqualTo(original);
        if (original instanceof ApiMessage message) {
            assertThat(read.apiNumber()).as(what + ": number").isEqualTo(message.apiKey());
        }
    }

    private static naru.protocol.Message read(Class<?> ours, Reader in, int version, String what) throws Exception {
        try {
            return (naru.protocol.Message) ours.getMethod("read", Reader.class, int.class).invoke(null, in, version);
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw new AssertionError(what + " cannot be read", e.getCause());
        }
    }

    private static byte[] bytesOf(Message message, short version) {
        var cache = new ObjectSerializationCache();
        var buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        assertThat(buffer.hasRemaining()).isFalse();
        return buffer.array();
    }

    @Test
    void everyApiHasItsNumberVersionsAndHeaders() {
        var known = new TreeMap<Short, org.apache.kafka.common.protocol.ApiKeys>();
        for (var theirs : org.apache.kafka.common.protocol.ApiKeys.values()) {
            if (theirs.hasValidVersion()) {
                known.put(theirs.id, theirs);
            }
        }
        for (var ours : ApiKey.values()) {
            var theirs = known.remove(ours.id());
            assertThat(theirs.name()).isEqualTo(ours.name());
            assertThat(ours.versionMin()).isEqualTo(theirs.messageType.lowestSupportedVersion());
            assertThat(ours.stableMax()).as(ours.name()).isEqualTo(theirs.latestVersion(false));
            assertThat(ours.versionMax()).isEqualTo(theirs.latestVersion(true));
            for (short v = ours.versionMin(); v <= ours.versionMax(); v++) {
                assertThat(ours.requestHeaderVersion(v)).as(ours + " " + v).isEqualTo(theirs.requestHeaderVersion(v));
                assertThat(ours.responseHeaderVersion(v)).as(ours + " " + v).isEqualTo(theirs.responseHeaderVersion(v));
            }
            assertThat(ApiKey.of(ours.id())).isEqualTo(ours);
        }
        assertThat(known).isEmpty();
        assertThat(ApiKey.of(-1)).isNull();
        assertThat(ApiKey.of(9_999)).isNull();
    }

    @Test
    void everyMetadataRecordHasItsNumber() {
        for (var theirs : org.apache.kafka.common.metadata.MetadataRecordType.values()) {
            var ours = naru.protocol.message.MetadataRecordType.of(theirs.id());
            assertThat(ours.name()).isEqualTo(theirs.name());
            assertThat(ours.versionMax()).isEqualTo(theirs.highestSupportedVersion());
        }
    }

    private static List<Class<?>> generatedMessages() throws IOException, ClassNotFoundException {
        var folder = Path.of("target/generated-sources/messages/naru/protocol/message");
        var classes = new TreeMap<String, Class<?>>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var found = Class.forName("naru.protocol.message." + file.getFileName().toString().replace(".java", ""));
                if (found.isRecord() && Modifier.isPublic(found.getModifiers())) {
                    classes.put(found.getName(), found);
                }
            }
        }
        return List.copyOf(classes.values());
    }

    private static Class<?> oracleOf(Class<?> ours) {
        for (var home : HOMES) {
            try {
                return Class.forName(home.formatted(ours.getSimpleName()));
            } catch (ClassNotFoundException _) {
                // not in this home
            }
        }
        throw new AssertionError("Kafka has no class for " + ours.getSimpleName());
    }
}

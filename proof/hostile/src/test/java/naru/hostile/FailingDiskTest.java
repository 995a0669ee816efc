package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import naru.base.DiskFailure.Kind;
import naru.base.Uuid;
import naru.hostile.FailingDisk.Operation;
import naru.protocol.ErrorCode;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails at the worst moment costs what lies there, and nobody else anything. */
class FailingDiskTest {

    private static final int DELETE_TOPICS = 6;

    @TempDir
    private Path folder;

    private final FailingDisk disk = new FailingDisk();
    private LogLines log;
    private BrokerHere broker;

    @BeforeEach
    void start() throws Exception {
        log = new LogLines();
        broker = BrokerHere.start(disk, folder.resolve("data"), UnaryOperator.identity());
    }

    @AfterEach
    void stop() throws Exception {
        disk.heals();
        broker.close();
        log.close();
    }

    private static ByteBuffer batch(String value) {
        return new BatchBuilder().add(1, null, ByteBuffer.wrap(value.getBytes(java.nio.charset.StandardCharsets.UTF_8))).build();
    }

    private static short deleteTopic(Wire client, String name) throws Exception {
        var request = DeleteTopicsRequest.builder().timeoutMs(10_000)
                .topics(List.of(new DeleteTopicsRequest.DeleteTopicState(name, Uuid.ZERO))).build();
        return client.ask(ApiKey.DELETE_TOPICS, DELETE_TOPICS, request, DeleteTopicsResponse.class)
                .responses().getFirst().errorCode();
    }

    /** Found by a fetch that waited, so inside the turn of another client, or of nobody. */
    @Test
    void aRecordThatCannotBeReadForWhoWaitsForIt() throws Exception {
        try (var reader = broker.connect(); var writer = broker.connect(); var bystander = Bystander.beside(broker)) {
            assertThat(writer.createTopic("bad", 1)).isZero();
            assertThat(writer.append("bad", batch("first")).errorCode()).isZero();
            reader.send(ApiKey.FETCH, Wire.FETCH_BY_NAME, Wire.fetch("bad", 1, 60_000));
            bystander.goesOn();
            // The first read finds the batch, the second brings it into the answer.
            var reads = new AtomicInteger();
            disk.fails((operation, path) -> operation == Operation.READ && path.contains("/bad-0/") && path.endsWith(".log")
                    && reads.incrementAndGet() > 1 ? Kind.BROKEN : null);
            assertThat(ErrorCode.of(writer.append("bad", batch("second")).errorCode())).isEqualTo(ErrorCode.NONE);
            var answer = (FetchResponse) reader.receive(ApiKey.FETCH, Wire.FETCH_BY_NAME);
            assertThat(ErrorCode.of(answer.responses().getFirst().partitions().getFirst().errorCode()))
                    .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            disk.heals();
            assertThat(reader.read("bad", 1).errorCode()).isZero();
            bystander.goesOn();
        }
    }

    @Test
    void aSmallRecordThatCanBeFoundAndNotBeRead() throws Exception {
        try (var reader = broker.connect(); var writer = broker.connect()) {
            assertThat(writer.createTopic("bad", 1)).isZero();
            assertThat(writer.append("bad", batch("first")).errorCode()).isZero();
            var reads = new AtomicInteger();
            disk.fails((operation, path) -> operation == Operation.READ && path.contains("/bad-0/") && path.endsWith(".log")
                    && reads.incrementAndGet() > 1 ? Kind.BROKEN : null);
            assertThat(ErrorCode.of(reader.read("bad", 0).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(reads).hasValue(2);
        }
    }

    /** It would be empty there, and lead. */
    @Test
    void whatLiesInAFolderThatCannotBeUsedIsNotBegunAnewInAnother() throws Exception {
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            createAndAppend(client, "a", "b");
        }
        disk.fails((operation, path) -> operation == Operation.READ && path.endsWith("two/recovery-point-offset-checkpoint") ? Kind.BROKEN : null);
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            assertThat(client.append("a", batch("second")).baseOffset()).isOne();
            assertThat(ErrorCode.of(client.append("b", batch("second")).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            createAndAppend(client, "c");
        }
        disk.heals();
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            assertThat(client.append("b", batch("second")).baseOffset()).isOne();
        }
    }

    /** As a crash leaves it that comes while a partition goes from one to the other; one of the two has less (decision 36). */
    @Test
    void whatLiesInTwoFoldersIsServedFromTheOneThatIsFurther() throws Exception {
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            createAndAppend(client, "a", "b");
        }
        broker.close();
        var older = folder.resolve("older");
        copy(folder.resolve("two/b-0"), older);
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            assertThat(client.append("b", batch("second")).baseOffset()).isOne();
        }
        broker.close();
        var left = Files.move(older, folder.resolve("one/b-0"));
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            assertThat(client.append("a", batch("second")).baseOffset()).isOne();
            assertThat(client.append("b", batch("third")).baseOffset()).isEqualTo(2);
            assertThat(log.all()).anySatisfy(line -> assertThat(line).contains("b-0 was found in").contains("/one").contains("/two"));
        }
        assertThat(left).doesNotExist();
    }

    /** As somebody leaves it who took a folder away and brings it back: none of the two has what the other has. */
    @Test
    void whatIsNotInTheOneThatIsServedIsSetAsideAndNotDeleted() throws Exception {
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            createAndAppend(client, "a", "b");
            assertThat(client.append("a", batch("nowhere else")).baseOffset()).isOne();
            assertThat(client.append("b", batch("second")).baseOffset()).isOne();
            assertThat(client.append("b", batch("third")).baseOffset()).isEqualTo(2);
        }
        broker.close();
        var other = folder.resolve("one/b-0");
        copy(folder.resolve("one/a-0"), other);
        Files.copy(folder.resolve("two/b-0/partition.metadata"), other.resolve("partition.metadata"), StandardCopyOption.REPLACE_EXISTING);
        var segment = Path.of("00000000000000000000.log");
        var bytes = Files.readAllBytes(other.resolve(segment));
        beginOnTwoFolders();
        try (var client = broker.connect()) {
            assertThat(client.append("b", batch("fourth")).baseOffset()).isEqualTo(3);
            assertThat(log.all()).anySatisfy(line -> assertThat(line).contains("b-0 was found in").contains("-stray may be deleted"));
        }
        assertThat(other).doesNotExist();
        try (var left = Files.list(folder.resolve("one"))) {
            assertThat(left.filter(one -> one.toString().endsWith("-stray"))).singleElement()
                    .satisfies(stray -> assertThat(Files.readAllBytes(stray.resolve(segment))).startsWith(bytes));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    /** The first goes to the one, the second to the other. */
    private static void createAndAppend(Wire client, String... topics) throws Exception {
        for (var topic : topics) {
            assertThat(client.createTopic(topic, 1)).isZero();
            assertThat(client.append(topic, batch("first")).errorCode()).isZero();
        }
    }

    private void beginOnTwoFolders() throws Exception {
        broker.close();
        disk.unlockAll();
        broker = BrokerHere.start(disk, folder.resolve("data"), UnaryOperator.identity(),
                "log.dirs=" + folder.resolve("one") + "," + folder.resolve("two"));
    }

    @Test
    void aDeletedTopicWhoseFolderCannotBeRenamed() throws Exception {
        try (var client = broker.connect(); var bystander = Bystander.beside(broker)) {
            assertThat(client.createTopic("bad", 3)).isZero();
            assertThat(client.append("bad", batch("of the deleted one")).errorCode()).isZero();
            disk.fails((operation, path) -> operation == Operation.RENAME && path.contains("/bad-") ? Kind.BROKEN : null);
            assertThat(ErrorCode.of(deleteTopic(client, "bad"))).isEqualTo(ErrorCode.NONE);
            assertThat(log.all()).anySatisfy(line -> assertThat(line).contains("bad-0"));
            bystander.goesOn();
            disk.heals();
            assertThat(client.createTopic("bad", 3)).isZero();
            assertThat(client.append("bad", batch("first")).baseOffset()).isZero();
        }
    }

    @Test
    void aNewTopicWhoseFolderCannotBeSynced() throws Exception {
        try (var client = broker.connect()) {
            disk.fails((operation, path) -> operation == Operation.SYNC && path.contains("/bad-") ? Kind.BROKEN : null);
            assertThat(client.createTopic("bad", 1)).isZero();
            // What lies on a medium that failed is not served; the process is there to say so.
            assertThat(ErrorCode.of(client.append("bad", batch("first")).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    @Test
    void aNewTopicForWhichThereIsNoRoomIsServedOnceThereIs() throws Exception {
        try (var client = broker.connect()) {
            disk.fails((operation, path) -> operation == Operation.CREATE_FOLDER && path.contains("/late-") ? Kind.FULL : null);
            assertThat(client.createTopic("late", 2)).isZero();
            assertThat(ErrorCode.of(client.append("late", batch("first")).errorCode())).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            disk.heals();
            ProduceResponse.PartitionProduceResponse appended;
            do {
                appended = client.append("late", batch("again"));
            } while (ErrorCode.of(appended.errorCode()) == ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(ErrorCode.of(appended.errorCode())).isEqualTo(ErrorCode.NONE);
        }
    }

    /** Nobody waits for these syncs; they come all the same. */
    @Test
    void memoryThatIsToBeFlushedFromTimeToTime() throws Exception {
        var syncs = new AtomicInteger();
        try (var client = broker.connect()) {
            var topic = new CreateTopicsRequest.CreatableTopic("often", 1, (short) 1, List.of(), List.of(
                    new CreateTopicsRequest.CreatableTopicConfig("naru.durability", "memory"),
                    new CreateTopicsRequest.CreatableTopicConfig("flush.messages", "3")));
            var created = client.ask(ApiKey.CREATE_TOPICS, 7, CreateTopicsRequest.builder().topics(List.of(topic)).build(),
                    CreateTopicsResponse.class);
            assertThat(created.topics().getFirst().errorCode()).isZero();
            disk.fails((operation, path) -> {
                if (operation == Operation.SYNC && path.contains("/often-0/") && path.endsWith(".log")) {
                    syncs.incrementAndGet();
                }
                return null;
            });
            client.append("often", batch("one"));
            client.append("often", batch("two"));
            assertThat(syncs).hasValue(0);
            client.append("often", batch("three"));
            long untilNs = System.nanoTime() + 10_000_000_000L;
            while (System.nanoTime() < untilNs && syncs.get() == 0) {
                Thread.onSpinWait();
            }
            assertThat(syncs.get()).isPositive();
        }
    }

    /** The file of epochs is a convenience: who waits for an answer to what was written gets it. */
    @Test
    void epochsThatCannotBeWritten() throws Exception {
        try (var client = broker.connect()) {
            assertThat(client.createTopic("bad", 1)).isZero();
            disk.fails((operation, path) -> operation == Operation.WRITE && path.contains("leader-epoch-checkpoint")
                    ? Kind.FULL : null);
            assertThat(ErrorCode.of(client.append("bad", batch("first")).errorCode())).isEqualTo(ErrorCode.NONE);
        }
    }
}

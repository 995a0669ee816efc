package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.RecordReader;

/**
 * Another client, which produces and reads back what it produced all the time, and must not notice that anything is
 * going on. Every answer is held against what it should be.
 */
final class Bystander implements AutoCloseable {

    private static final String TOPIC = "bystander";
    private static final int ROUNDS_WANTED = 5;

    private final Wire wire;
    private final Thread thread;
    private final AtomicReference<Throwable> complaint = new AtomicReference<>();
    private long rounds;
    private boolean stopping;

    private Bystander(Wire wire) {
        this.wire = wire;
        this.thread = new Thread(this::live, "bystander");
    }

    static Bystander beside(BrokerHere broker) throws Exception {
        var wire = broker.connect();
        assertThat(wire.createTopic(TOPIC, 1)).isZero();
        var bystander = new Bystander(wire);
        bystander.thread.start();
        bystander.goesOn();
        return bystander;
    }

    private void live() {
        try {
            for (long round = 0; !isStopping(); round++) {
                playRound(round);
                finishRound();
            }
        } catch (Throwable noticed) {
            complaint.set(noticed);
            finishRound();
        }
    }

    private void playRound(long round) throws Exception {
        var value = ("round " + round).getBytes(StandardCharsets.UTF_8);
        var batch = new BatchBuilder().add(round, null, ByteBuffer.wrap(value)).build();
        var appended = wire.append(TOPIC, batch);
        assertThat(appended.errorCode()).as("produce of round " + round).isZero();
        assertThat(appended.baseOffset()).as("offset of round " + round).isEqualTo(round);
        var read = wire.read(TOPIC, round);
        assertThat(read.errorCode()).as("fetch of round " + round).isZero();
        var bytes = ((Records.InMemory) read.records()).bytes();
        var record = new RecordReader(1 << 20).read(bytes.slice(), 0).getFirst();
        assertThat(record.offset()).isEqualTo(round);
        assertThat(record.value()).isEqualTo(ByteBuffer.wrap(value));
    }

    private synchronized void finishRound() {
        rounds++;
        notifyAll();
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    /** Waits for some whole rounds that began after this call. */
    synchronized void goesOn() {
        long wanted = rounds + ROUNDS_WANTED;
        while (rounds < wanted && complaint.get() == null) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw new AssertionError("the test was told to end", interrupted);
            }
        }
        assertThat(complaint.get()).as("what the other client noticed").isNull();
    }

    @Override
    public void close() throws IOException {
        goesOn();
        synchronized (this) {
            stopping = true;
        }
        while (thread.isAlive()) {
            Thread.onSpinWait();
        }
        wire.close();
        assertThat(complaint.get()).as("what the other client noticed").isNull();
    }
}

package naru.cli.wire;

import java.util.function.Consumer;
import naru.cli.Failure;
import naru.client.Reply;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/**
 * What goes wrong on the way is tried again, by what the brokers say anew of who leads, for as long as an answer may take;
 * then it has failed.
 */
final class Attempts {

    private static final long RETRY_MS = 100;

    private final Brokers brokers;
    private long failingSinceNs;
    private boolean stale;
    private Failure failed;

    Attempts(Brokers brokers) {
        this.brokers = brokers;
    }

    /** Hears the answer of this type, or what became of it. */
    <A extends Message> void hear(Wire wire, Class<A> type, Reply reply, Consumer<A> whenAnswered) {
        switch (reply) {
            case Reply.Answered(Message answer, int _) -> whenAnswered.accept(type.cast(answer));
            case Reply.Lost lost -> later(wire.lost(lost));
            case Reply.Unspoken(ApiKey api) -> failed(wire.unspoken(api));
        }
    }

    void later(Failure why) {
        long now = System.nanoTime();
        failingSinceNs = failingSinceNs == 0 ? now : failingSinceNs;
        if (now - failingSinceNs > brokers.timeoutMs() * 1_000_000) {
            failed(why);
            return;
        }
        brokers.pause(RETRY_MS);
        stale = true;
    }

    void failed(Failure why) {
        failed = why;
    }

    void succeeded() {
        failingSinceNs = 0;
    }

    /** Throws what has failed for good. */
    void check() {
        if (failed != null) {
            throw failed;
        }
    }

    /** Whether the brokers are to be asked again who leads; true once. */
    boolean takeStale() {
        boolean was = stale;
        stale = false;
        return was;
    }
}

package naru.broker;

import java.util.function.Consumer;
import java.util.function.Function;
import naru.metadata.Command;
import naru.metadata.Declined;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/** One question for whichever node decides, from being asked to being answered. On lane 0. */
final class Errand {

    /** Asks on this node, when it is the one that decides. */
    interface Here {
        void ask(Consumer<Message> reply, Runnable refusal);
    }

    private final Message question;
    private final Asker asker;
    private final Here here;
    private final Consumer<Message> reply;
    private final Runnable refusal;
    private final Function<ErrorCode, Message> declined;
    private final boolean askedOnce;
    private Timers.Timer timeout;
    private int attempt;

    /**
     * @param asker the client on whose behalf it is asked; null when this broker asks for itself
     * @param refusal when no answer came and nobody who asked would understand one
     * @param declined the answer for a client when no other came
     */
    Errand(Message question, Asker asker, Here here, Consumer<Message> reply, Runnable refusal,
            Function<ErrorCode, Message> declined) {
        this(question, asker, here, reply, refusal, declined, false);
    }

    private Errand(Message question, Asker asker, Here here, Consumer<Message> reply, Runnable refusal,
            Function<ErrorCode, Message> declined, boolean askedOnce) {
        this.askedOnce = askedOnce;
        this.question = question;
        this.asker = asker;
        this.here = here;
        this.reply = reply;
        this.refusal = refusal;
        this.declined = declined;
    }

    static Errand of(Command command, Asker asker, ControllerDesk desk, Consumer<Message> reply, Runnable refusal) {
        return new Errand(CommandMessages.requestOf(command), asker,
                (answer, no) -> desk.submit(command, answer, no), reply, refusal,
                why -> Declined.answer(command, why, null), command instanceof Command.AlterPartition);
    }

    /**
     * True when whoever asks must know whether it was asked more than once: of a proposal about an in-sync set, the second asking may
     * be refused, and the first, which came late, be granted after that.
     */
    boolean isAskedOnce() {
        return askedOnce;
    }

    ApiKey api() {
        return ApiKey.of(question.apiNumber());
    }

    Message question() {
        return question;
    }

    Asker asker() {
        return asker;
    }

    Here here() {
        return here;
    }

    void endsBy(Timers.Timer timer) {
        timeout = timer;
    }

    /** A reply to an attempt before the latest does not count any more. */
    int nextAttempt() {
        return ++attempt;
    }

    boolean isAt(int thatAttempt) {
        return attempt == thatAttempt;
    }

    void answer(Message message) {
        timeout.cancel();
        reply.accept(message);
    }

    /** Nothing came of it: a client is told in the words of what it asked, this broker only that it is so. */
    void decline(ErrorCode why) {
        if (timeout != null) {
            timeout.cancel();
        }
        if (asker == null) {
            refusal.run();
        } else {
            reply.accept(declined.apply(why));
        }
    }
}

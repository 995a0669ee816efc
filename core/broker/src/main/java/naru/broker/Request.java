package naru.broker;

import static naru.base.Invariant.check;

import naru.coordination.transactions.Channel;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/** One request of one connection, from its header to its answer. Owned by the lane of the connection. */
final class Request {

    private final Conversation conversation;
    private final ApiKey api;
    private final short version;
    private final int correlationId;
    private final String clientId;
    private Message answer;
    private short answerVersion;
    private boolean answered;
    private Runnable whenAbandoned;
    private Runnable whenNext;
    private long heldBytes;

    Request(Conversation conversation, ApiKey api, short version, int correlationId, String clientId) {
        this.conversation = conversation;
        this.api = api;
        this.version = version;
        this.answerVersion = version;
        this.correlationId = correlationId;
        this.clientId = clientId;
    }

    ApiKey api() {
        return api;
    }

    short version() {
        return version;
    }

    int correlationId() {
        return correlationId;
    }

    /** What the client calls itself; empty when it does not. */
    String clientId() {
        return clientId == null ? "" : clientId;
    }

    /** The peer's address, as Kafka prints hosts of clients. */
    String clientHost() {
        return conversation.link().clientHost();
    }

    /** The number of the connection, unique in this process. */
    long connection() {
        return conversation.link().id();
    }

    /** The connection, as far as coordinators of transactions want to know it. */
    Channel channel() {
        return conversation.channel();
    }

    String listener() {
        return conversation.link().listener();
    }

    /** True when nobody listens any more; work that only serves the answer may be dropped. */
    boolean isAbandoned() {
        return conversation.isClosed();
    }

    /** For what lives as long as the connection. */
    Conversation conversation() {
        return conversation;
    }

    /** Keeps bytes of the request in memory until it is answered; too many of them, and the client is not heard. */
    void hold(int bytes) {
        heldBytes += bytes;
        conversation.hold(bytes);
    }

    /** Lets go of what was held for an answer that nobody will hear. */
    void whenAbandoned(Runnable task) {
        whenAbandoned = task;
    }

    void abandon() {
        if (whenAbandoned != null && !answered) {
            whenAbandoned.run();
        }
    }

    /**
     * Runs the task when this request's answer may leave as soon as it is there: at once, or when all that was asked before is answered.
     * For answers that tell how things stand: told from the beginning, they would be old by the time they leave.
     */
    void whenNext(Runnable task) {
        if (conversation.isNext(this)) {
            task.run();
        } else {
            whenNext = task;
        }
    }

    /** All that was asked before is answered. */
    void onNext() {
        if (whenNext != null) {
            var task = whenNext;
            whenNext = null;
            task.run();
        }
    }

    void answer(Message message) {
        settle(message);
    }

    /** The protocol knows one answer in a version that was not asked for: what we support, told in version 0. */
    void answerInVersion(Message message, short otherVersion) {
        answerVersion = otherVersion;
        settle(message);
    }

    /** For requests that want no answer, such as Produce with acks=0. */
    void answerNothing() {
        settle(null);
    }

    /** Ends the connection instead of answering; the reason goes into the log. */
    void hangUp(String why) {
        conversation.hangUp(why); // first: else the answers behind this one would leave in its place
        settle(null);
    }

    private void settle(Message message) {
        check(!answered, "a request is answered once");
        answered = true;
        answer = message;
        conversation.hold(-heldBytes);
        conversation.onAnswered(this);
    }

    boolean isAnswered() {
        return answered;
    }

    /** Null when there is nothing to say. */
    Message answer() {
        return answer;
    }

    short answerVersion() {
        return answerVersion;
    }
}

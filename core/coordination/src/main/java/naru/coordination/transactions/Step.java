package naru.coordination.transactions;

import naru.protocol.ErrorCode;

/** What a table says to a request. */
sealed interface Step {

    /** This becomes the fact, once it is written. */
    record Become(Transaction next) implements Step {}

    /** It is so already. */
    record Stay() implements Step {}

    /** Only with a producer id that nobody had before; ask again with one. */
    record TakeId() implements Step {}

    /** The transaction that is open goes first, with whoever wrote it. */
    record Fence() implements Step {}

    record Refuse(ErrorCode why) implements Step {}
}

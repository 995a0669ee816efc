package naru.coordination.consumers;

import naru.protocol.ErrorCode;

/** A request that is answered with an error and changes nothing. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1;

    final transient ErrorCode why;

    Refused(ErrorCode why, String words) {
        super(words, null, false, false);
        this.why = why;
    }
}

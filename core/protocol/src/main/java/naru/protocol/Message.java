package naru.protocol;

/** A request, a response, a header or a stored record, in its newest shape. */
public interface Message {

    /** Writes the fields that {@code version} knows; the others are left out. */
    void write(Writer out, int version);

    /** The API this message asks or answers, or the number of the stored record's type; -1 when it has none. */
    default short apiNumber() {
        return -1;
    }
}

package naru.fuzzing;

import java.util.Locale;
import java.util.function.Consumer;
import naru.broker.HeadersTarget;
import naru.network.FramingTarget;

/** Everything that is fuzzed. The inputs of each are kept in {@code proof/fuzzing/corpus/<its name>}. */
public enum Target {
    /** The body of a request. */
    REQUESTS(RequestsTarget.class, RequestsTarget::fuzzerTestOneInput),
    /** A record batch, as a producer sends it and as a log holds it. */
    BATCHES(BatchesTarget.class, BatchesTarget::fuzzerTestOneInput),
    /** What arrives on sockets, before it is cut into requests. */
    FRAMING(FramingTarget.class, FramingTarget::fuzzerTestOneInput),
    /** A whole request, header included, on a connection. */
    HEADERS(HeadersTarget.class, HeadersTarget::fuzzerTestOneInput);

    private final Class<?> type;
    private final Consumer<byte[]> body;

    Target(Class<?> type, Consumer<byte[]> body) {
        this.type = type;
        this.body = body;
    }

    /** The folder of its corpus, and its name for {@code ./run fuzz}. */
    public String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class that Jazzer is told of. */
    public String className() {
        return type.getName();
    }

    /** Returns when every promise was kept, throws otherwise. */
    public void feed(byte[] input) {
        body.accept(input);
    }
}

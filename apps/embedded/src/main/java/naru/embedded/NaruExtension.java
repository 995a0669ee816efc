package naru.embedded;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a class one broker between them, started when the first asks for it and stopped behind the last.
 *
 * <pre>{@code
 * @ExtendWith(NaruExtension.class)
 * class OrdersTest {
 *     @Test
 *     void ordersArrive(NaruBroker broker) { ... broker.bootstrapServers() ... }
 * }
 * }</pre>
 *
 * <p>With settings of one's own: a static field {@code @RegisterExtension static final NaruExtension NARU =
 * NaruExtension.of(NaruBroker.plan().with("num.partitions", "3"))}.
 */
public final class NaruExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(NaruExtension.class);

    /** Closed by JUnit with the class it belongs to. */
    private record Lent(NaruBroker broker) implements AutoCloseable {
        @Override
        public void close() {
            broker.close();
        }
    }

    private final NaruBroker.Plan plan;

    public NaruExtension() {
        this(NaruBroker.plan());
    }

    private NaruExtension(NaruBroker.Plan plan) {
        this.plan = plan;
    }

    public static NaruExtension of(NaruBroker.Plan plan) {
        return new NaruExtension(plan);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NaruBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var ofClass = context.getParent().filter(_ -> context.getTestMethod().isPresent()).orElse(context);
        return ofClass.getStore(OURS).computeIfAbsent(this, _ -> new Lent(plan.start()), Lent.class).broker();
    }
}

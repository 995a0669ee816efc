package naru.settling;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.IntToLongFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Lambdas and references to methods of every kind; {@link #answers} calls them all. Public, so that a second loader's copy can be called. */
public final class Lambdas {

    interface Named {

        String name();

        /** Written in an interface, which has no methods for its package alone. */
        default Supplier<String> greeting(String word) {
            return () -> word + " " + name() + secret();
        }

        private String secret() {
            return "!";
        }

        static Named of(String name) {
            return () -> name;
        }
    }

    private static class Base {
        String told() {
            return "base";
        }
    }

    private static final class Derived extends Base {
        @Override
        String told() {
            return "derived";
        }

        Supplier<String> above() {
            return super::told;
        }
    }

    private record Pair(Object first, long second) {}

    private final long field = 1L << 40;
    private final List<String> heard = new ArrayList<>();

    private Lambdas() {}

    private long sum(long more) {
        return field + more;
    }

    private boolean hear(String word) {
        return heard.add(word);
    }

    private static int twice(int number) {
        return 2 * number;
    }

    /** Some objects are the same each time. */
    private static Runnable nothing() {
        return () -> { };
    }

    /** The virtual machine's own: it can be serialised. */
    private static Runnable serializable() {
        return (Runnable & Serializable) () -> { };
    }

    private List<String> all(byte b, char c, double d, float f, boolean z, long l, String text) {
        var answers = new ArrayList<Object>();
        Supplier<String> captures = () -> b + " " + c + " " + d + " " + f + " " + z + " " + l + " " + text + field;
        answers.add(captures.get());
        LongBinaryOperator wide = (x, y) -> x * y + l + sum(x);
        answers.add(wide.applyAsLong(3, 4));
        BiFunction<Object, Long, Pair> constructor = Pair::new;
        answers.add(constructor.apply("first", 5L));
        Function<Integer, Integer> unboxed = Lambdas::twice;
        answers.add(unboxed.apply(21));
        IntFunction<Object> boxed = Integer::valueOf;
        answers.add(boxed.apply(7));
        ToIntFunction<Integer> own = Integer::intValue;
        answers.add(own.applyAsInt(8));
        ToLongFunction<Long> longs = value -> value;
        answers.add(longs.applyAsLong(9L));
        IntToLongFunction widened = Lambdas::twice;
        answers.add(widened.applyAsLong(10));
        java.util.function.Consumer<String> dropped = this::hear;
        dropped.accept("word");
        java.util.function.LongConsumer droppedLong = this::sum;
        droppedLong.accept(1);
        Supplier<List<String>> fresh = ArrayList::new;
        answers.add(fresh.get());
        Runnable made = Object::new;
        made.run();
        answers.add(heard);
        Predicate<String> bound = text::equals;
        answers.add(bound.test("text"));
        UnaryOperator<String> unbound = String::strip;
        answers.add(unbound.apply(" x "));
        IntPredicate bits = i -> z && i > b;
        answers.add(bits.test(100));
        IntSupplier length = text::length;
        answers.add(length.getAsInt());
        answers.add(Named.of("somebody").greeting("hello").get());
        answers.add(new Derived().above().get());
        Function<String, Function<String, String>> nested = one -> two -> one + two + field;
        answers.add(nested.apply("a").apply("b"));
        return answers.stream().map(Object::toString).toList();
    }

    public static List<String> answers() {
        var answers = new ArrayList<>(new Lambdas().all((byte) -3, 'c', 1.5, 2.5f, true, 1L << 33, "text"));
        answers.add("the same " + (nothing() == nothing()));
        serializable().run();
        try {
            Function<String, Integer> strict = Integer::parseInt;
            @SuppressWarnings({"unchecked", "rawtypes"})
            Object given = ((Function) strict).apply(1);
            answers.add(String.valueOf(given));
        } catch (ClassCastException expected) {
            answers.add("only texts");
        }
        return answers;
    }
}

package naru.settling;

import java.util.ArrayList;
import java.util.List;

/** Switches and records of every kind; {@link #answers} asks them all. Public, so that a second loader's copy can be called. */
public final class Sample {

    sealed interface Shape {

        record Dot() implements Shape {}

        record Line(long length, String label) implements Shape {}

        record All(boolean z, byte b, char c, short s, int i, long j, float f, double d, String text, int[] array, Shape inner)
                implements Shape {}

        /** A switch inside an interface is a method of the interface. */
        default String told() {
            return switch (this) {
                case Dot _ -> "dot";
                case Line line when line.length() > 10 -> "long " + line.label();
                case Line(long length, String label) -> length + " " + label;
                case All all -> all.inner() == null ? "all" : all.inner().told();
            };
        }
    }

    private Sample() {}

    private static String kind(Object thing) {
        return switch (thing) {
            case null -> "nothing";
            case Integer number when number > 100 -> "many";
            case Integer number when number > 10 -> "some";
            case Number _ -> "number";
            case String text when text.isEmpty() -> "no text";
            case CharSequence _ -> "text";
            case int[] numbers -> "numbers " + numbers.length;
            default -> "else";
        };
    }

    /** What is told apart by more than its type is left to the virtual machine. */
    private static String named(String thing) {
        return switch (thing) {
            case "a" -> "the first";
            case String text when text.isEmpty() -> "none";
            case String _ -> "another";
        };
    }

    private static List<Shape> shapes() {
        int[] array = {1};
        var shapes = new ArrayList<Shape>(List.of(new Shape.Dot(), new Shape.Line(3, "x"), new Shape.Line(3, "x"), new Shape.Line(30, null)));
        for (float f : new float[] {0f, -0f, Float.NaN}) {
            for (double d : new double[] {0d, -0d, Double.NaN}) {
                shapes.add(new Shape.All(true, (byte) -1, 'c', (short) -2, 3, 1L << 40, f, d, "t", array, new Shape.Line(1, "y")));
            }
        }
        shapes.add(new Shape.All(false, (byte) 1, '\n', (short) 2, -3, -4, 1.5f, 2.5, null, null, null));
        return shapes;
    }

    public static List<String> answers() {
        var answers = new ArrayList<String>();
        for (var thing : new Object[] {null, 1_000, 50, 5, 5L, "", "t", new StringBuilder("b"), new int[2], new Object[0], "a"}) {
            answers.add(kind(thing));
            answers.add(named(String.valueOf(thing)));
        }
        var shapes = shapes();
        for (var one : shapes) {
            answers.add(one.told());
            answers.add(one.toString().replaceAll("@[0-9a-f]+", "@"));
            if (!(one instanceof Shape.All all) || all.array() == null) {
                answers.add(Integer.toString(one.hashCode())); // an array's differs from run to run
            }
            answers.add(one.equals(null) + " " + one.equals("other"));
            shapes.forEach(other -> answers.add(one.equals(other) + " " + (one.hashCode() == other.hashCode())));
        }
        return answers;
    }
}

package naru.hostile;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import naru.base.Uuid;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.message.ApiKey;

/** Requests of every API that are well formed and mean something, more or less: names that exist, numbers near the edges. */
final class RandomRequests {

    private static final int[] NUMBERS = {-2, -1, 0, 0, 1, 1, 2, 3, 100, 10_000, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private final Random dice;
    private final List<String> names;
    private final List<Uuid> ids;

    RandomRequests(Random dice, List<String> names, List<Uuid> ids) {
        this.dice = dice;
        this.names = names;
        this.ids = ids;
    }

    Message of(ApiKey api) throws ReflectiveOperationException {
        var camel = new StringBuilder("naru.protocol.message.");
        for (var word : api.name().split("_")) {
            camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return (Message) struct(Class.forName(camel + "Request"));
    }

    private Object struct(Class<?> type) throws ReflectiveOperationException {
        var components = type.getRecordComponents();
        var values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = harmless(components[i]) ? true : value(components[i].getGenericType());
        }
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var made = type.getDeclaredConstructor(types);
        made.setAccessible(true);
        return made.newInstance(values);
    }

    /** The point is what is understood, not ten thousand partitions on this disk. */
    private static boolean harmless(RecordComponent component) {
        return component.getName().equals("validateOnly");
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType list) {
            var elements = new ArrayList<>();
            for (int n = dice.nextInt(4); n > 0; n--) {
                elements.add(value(list.getActualTypeArguments()[0]));
            }
            return elements;
        }
        var name = (Class<?>) type;
        int number = NUMBERS[dice.nextInt(NUMBERS.length)];
        return switch (name.getSimpleName()) {
            case "byte", "Byte" -> (byte) number;
            case "short", "Short" -> (short) number;
            case "int", "Integer" -> number;
            case "long", "Long" -> dice.nextInt(4) == 0 ? dice.nextLong() : (long) number;
            case "double", "Double" -> dice.nextDouble();
            case "boolean", "Boolean" -> dice.nextBoolean();
            case "String" -> names.get(dice.nextInt(names.size()));
            case "Uuid" -> ids.get(dice.nextInt(ids.size()));
            case "ByteBuffer" -> ByteBuffer.allocate(dice.nextInt(20));
            case "Records" -> new Records.InMemory(SpoiledBatches.sound());
            default -> struct(name);
        };
    }
}

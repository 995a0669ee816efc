package naru.protocol;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Fills one of Kafka's own messages with random content, as far as a version's schema has fields for it. */
final class RandomContent {

    private final Random dice;

    RandomContent(Random dice) {
        this.dice = dice;
    }

    /** Sets every field that the schema names; the others keep their defaults, as they do on the wire. */
    void fill(Object message, Schema schema) throws ReflectiveOperationException {
        for (var bound : schema.fields()) {
            if (bound.def.type instanceof TaggedFields tagged) {
                for (Map.Entry<Integer, org.apache.kafka.common.protocol.types.Field> entry : tagged.fields().entrySet()) {
                    if (dice.nextBoolean()) {
                        set(message, entry.getValue().name, entry.getValue().type);
                    }
                }
            } else {
                set(message, bound.def.name, bound.def.type);
            }
        }
    }

    private void set(Object message, String snake, Type type) throws ReflectiveOperationException {
        var field = field(message, snake);
        field.setAccessible(true);
        field.set(message, value(field.getGenericType(), type, field.get(message)));
    }

    /** Schemas name fields in snake case, classes in camel case; compared without case and underscores. */
    private static Field field(Object message, String snake) {
        String wanted = snake.replace("_", "");
        for (var field : message.getClass().getDeclaredFields()) {
            if (field.getName().equalsIgnoreCase(wanted)) {
                return field;
            }
        }
        throw new AssertionError(message.getClass() + " has no field for " + snake);
    }

    private Object value(java.lang.reflect.Type java, Type type, Object fallback) throws ReflectiveOperationException {
        if (type.isNullable() && dice.nextInt(4) == 0) {
            return null;
        }
        if (java instanceof ParameterizedType list) {
            return list((Class<?>) list.getActualTypeArguments()[0], type);
        }
        Class<?> name = (Class<?>) java;
        if (Iterable.class.isAssignableFrom(name) && !BaseRecords.class.isAssignableFrom(name)) {
            return collection(name, type, fallback);
        }
        return plain(name, type);
    }

    private List<Object> list(Class<?> element, Type type) throws ReflectiveOperationException {
        var list = new ArrayList<>();
        for (int n = dice.nextInt(3); n > 0; n--) {
            list.add(plain(element, elementType(type)));
        }
        return list;
    }

    /** The collections of keyed structs are a class of their own; elements with equal keys are kept out. */
    @SuppressWarnings("unchecked")
    private Object collection(Class<?> name, Type type, Object fallback) throws ReflectiveOperationException {
        var fresh = (java.util.Collection<Object>) name.getDeclaredConstructor().newInstance();
        var element = Class.forName(((ParameterizedType) name.getGenericSuperclass()).getActualTypeArguments()[0].getTypeName());
        var unique = new LinkedHashSet<>();
        for (int n = dice.nextInt(3); n > 0; n--) {
            unique.add(plain(element, elementType(type)));
        }
        fresh.addAll(unique);
        return fresh;
    }

    private static Object elementType(Type type) {
        return switch (type) {
            case ArrayOf array -> array.arrayElementType().orElseThrow();
            case CompactArrayOf array -> array.arrayElementType().orElseThrow();
            default -> throw new AssertionError("not an array: " + type);
        };
    }

    private Object plain(Class<?> name, Object type) throws ReflectiveOperationException {
        return switch (name.getSimpleName()) {
            case "byte", "Byte" -> (byte) dice.nextInt();
            case "short", "Short" -> (short) dice.nextInt();
            case "int", "Integer" -> type == Type.UINT16 ? dice.nextInt(65_536) : dice.nextInt();
            case "long", "Long" -> type == Type.UNSIGNED_INT32 ? dice.nextLong(1L << 32) : dice.nextLong();
            case "double", "Double" -> dice.nextDouble();
            case "boolean", "Boolean" -> dice.nextBoolean();
            case "String" -> text();
            case "Uuid" -> new Uuid(dice.nextLong(), dice.nextLong());
            case "byte[]" -> bytes();
            case "ByteBuffer" -> ByteBuffer.wrap(bytes());
            case "BaseRecords", "MemoryRecords" -> MemoryRecords.readableRecords(ByteBuffer.wrap(bytes()));
            default -> struct(name, type);
        };
    }

    private Object struct(Class<?> name, Object type) throws ReflectiveOperationException {
        var message = name.getDeclaredConstructor().newInstance();
        fill(message, (Schema) type);
        return message;
    }

    private String text() {
        var text = new StringBuilder();
        for (int n = dice.nextInt(12); n > 0; n--) {
            text.appendCodePoint(dice.nextInt(8) == 0 ? 0x1F600 + dice.nextInt(16) : 'a' + dice.nextInt(26));
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[dice.nextInt(20)];
        dice.nextBytes(bytes);
        return bytes;
    }
}

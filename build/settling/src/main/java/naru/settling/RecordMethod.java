package naru.settling;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** {@code equals}, {@code hashCode} or {@code toString} of a record, component by component. */
final class RecordMethod {

    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc TEXT = ClassDesc.of("java.lang.StringBuilder");
    private static final int FACTOR = 31;
    private static final int SELF = 0;
    private static final int OTHER = 1;
    private static final int SUM = 1;

    private record Component(String name, ClassDesc type) {

        TypeKind kind() {
            return TypeKind.from(type);
        }
    }

    private final String method;
    private final String simpleName;
    private final ClassDesc self;
    private final List<Component> components;

    RecordMethod(InvokeDynamicInstruction call, String simpleName) {
        this.method = call.name().stringValue();
        this.simpleName = simpleName;
        var given = call.bootstrapArgs();
        this.self = (ClassDesc) given.getFirst();
        this.components = given.subList(2, given.size()).stream().map(DirectMethodHandleDesc.class::cast)
                .map(getter -> new Component(getter.methodName(), getter.invocationType().returnType())).toList();
    }

    void write(CodeBuilder code) {
        switch (method) {
            case "equals" -> equalsOf(code);
            case "hashCode" -> hashCodeOf(code);
            case "toString" -> toStringOf(code);
            default -> throw new IllegalStateException("records have no " + method);
        }
    }

    private CodeBuilder component(CodeBuilder code, int of, Component one) {
        return code.aload(of).getfield(self, one.name(), one.type());
    }

    private void equalsOf(CodeBuilder code) {
        var differs = code.newLabel();
        var isOther = code.newLabel();
        code.aload(SELF).aload(OTHER).if_acmpne(isOther).loadConstant(1).ireturn().labelBinding(isOther);
        code.aload(OTHER).instanceOf(self).ifeq(differs);
        for (var one : components) {
            component(code, SELF, one).aload(OTHER).checkcast(self).getfield(self, one.name(), one.type());
            ifDifferent(code, one.kind(), differs);
        }
        code.loadConstant(1).ireturn().labelBinding(differs).loadConstant(0).ireturn();
    }

    private static void ifDifferent(CodeBuilder code, TypeKind kind, Label differs) {
        switch (kind) {
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.if_icmpne(differs);
            case LONG -> code.lcmp().ifne(differs);
            case FLOAT -> code.invokestatic(ConstantDescs.CD_Float, "compare",
                    MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_float, ConstantDescs.CD_float)).ifne(differs);
            case DOUBLE -> code.invokestatic(ConstantDescs.CD_Double, "compare",
                    MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_double, ConstantDescs.CD_double)).ifne(differs);
            case REFERENCE -> code.invokestatic(OBJECTS, "equals",
                    MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object)).ifeq(differs);
            case VOID -> throw new IllegalStateException("a component has a type");
        }
    }

    private void hashCodeOf(CodeBuilder code) {
        code.loadConstant(0).istore(SUM);
        for (var one : components) {
            code.iload(SUM).loadConstant(FACTOR).imul();
            var type = one.type().isPrimitive() ? one.type() : ConstantDescs.CD_Object;
            component(code, SELF, one).invokestatic(boxOf(one.kind()), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, type));
            code.iadd().istore(SUM);
        }
        code.iload(SUM).ireturn();
    }

    private static ClassDesc boxOf(TypeKind kind) {
        return switch (kind) {
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE -> OBJECTS;
            case VOID -> throw new IllegalStateException("a component has a type");
        };
    }

    private void toStringOf(CodeBuilder code) {
        code.new_(TEXT).dup().invokespecial(TEXT, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        append(code.loadConstant(simpleName + "["), ConstantDescs.CD_String);
        String between = "";
        for (var one : components) {
            append(code.loadConstant(between + one.name() + "="), ConstantDescs.CD_String);
            append(component(code, SELF, one), shownAs(one));
            between = ", ";
        }
        append(code.loadConstant("]"), ConstantDescs.CD_String);
        code.invokevirtual(TEXT, "toString", MethodTypeDesc.of(ConstantDescs.CD_String)).areturn();
    }

    private static void append(CodeBuilder code, ClassDesc type) {
        code.invokevirtual(TEXT, "append", MethodTypeDesc.of(TEXT, type));
    }

    private static ClassDesc shownAs(Component one) {
        return switch (one.kind()) {
            case BYTE, SHORT -> ConstantDescs.CD_int;
            case REFERENCE -> ConstantDescs.CD_Object;
            case BOOLEAN, CHAR, INT, LONG, FLOAT, DOUBLE -> one.type();
            case VOID -> throw new IllegalStateException("a component has a type");
        };
    }
}

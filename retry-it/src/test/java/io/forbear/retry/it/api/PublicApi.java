package io.forbear.retry.it.api;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What users see of a type, as lines: first the type, then its members, each indented and in the order of the alphabet.
 * Members that a public type inherits from one that is not public are its own here.
 */
final class PublicApi {

    private static final Pattern PACKAGE = Pattern.compile("\\b(?:[a-z_][\\w]*\\.)+(?=[A-Z])");
    private static final int OF_TYPES = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL;

    private PublicApi() {}

    /** Returns the lines of all types that users see, in the order of their names. */
    static List<String> of(Collection<Class<?>> types) {
        return types.stream()
                .filter(PublicApi::isSeen)
                .sorted((one, other) -> one.getName().compareTo(other.getName()))
                .flatMap(type -> Stream.concat(
                        Stream.of(header(type)), members(type).stream().map("    "::concat)))
                .toList();
    }

    private static boolean isSeen(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return !type.isSynthetic()
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && isSeen(type.getModifiers(), outer)
                && (outer == null || isSeen(outer));
    }

    /** A protected member is seen where its type can be extended. */
    private static boolean isSeen(int modifiers, @Nullable Class<?> owner) {
        return Modifier.isPublic(modifiers)
                || Modifier.isProtected(modifiers) && owner != null && !Modifier.isFinal(owner.getModifiers());
    }

    private static String header(Class<?> type) {
        int modifiers = type.getModifiers() & OF_TYPES;
        boolean isAbstract = Modifier.isAbstract(type.getModifiers()) && !type.isInterface();
        List<String> words = new ArrayList<>();
        words.add(Modifier.toString(modifiers | (isAbstract ? Modifier.ABSTRACT : 0)));
        if (type.isSealed()) {
            words.add("sealed");
        }
        words.add(kind(type));
        words.add(type.getName() + variables(type.getTypeParameters()));
        Type parent = type.getGenericSuperclass();
        if (parent != null && parent != Object.class && !type.isEnum() && !type.isRecord()) {
            words.add("extends " + name(parent));
        }
        if (type.getGenericInterfaces().length > 0) {
            words.add((type.isInterface() ? "extends " : "implements ") + names(type.getGenericInterfaces()));
        }
        return String.join(" ", words);
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        return type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    }

    private static TreeSet<String> members(Class<?> type) {
        TreeSet<String> members = new TreeSet<>();
        for (Class<?> at = type; at != null && (at == type || !isSeen(at)); at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (isSeen(field.getModifiers(), type) && !field.isSynthetic()) {
                    members.add(field.isEnumConstant() ? field.getName() : field(field));
                }
            }
            for (Method method : at.getDeclaredMethods()) {
                if (isSeen(method.getModifiers(), type) && !method.isSynthetic() && !method.isBridge()) {
                    members.add(method(method));
                }
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isSeen(constructor.getModifiers(), type) && !constructor.isSynthetic()) {
                members.add(start(constructor) + type.getSimpleName() + rest(constructor));
            }
        }
        return members;
    }

    private static String field(Field field) {
        return Modifier.toString(field.getModifiers()) + " " + type(field.getAnnotatedType()) + " " + field.getName();
    }

    private static String method(Method method) {
        return (method.isDefault() ? "default " : "")
                + start(method)
                + type(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + rest(method);
    }

    private static String start(Executable member) {
        int modifiers = member.getModifiers() & (Modifier.methodModifiers() & ~Modifier.SYNCHRONIZED);
        String variables = variables(member.getTypeParameters());
        return Modifier.toString(modifiers) + " " + (variables.isEmpty() ? "" : variables + " ");
    }

    private static String rest(Executable member) {
        String parameters = parameters(member).map(PublicApi::type).collect(Collectors.joining(", ", "(", ")"));
        Type[] thrown = member.getGenericExceptionTypes();
        return parameters + (thrown.length == 0 ? "" : " throws " + names(thrown));
    }

    /** Those of a record's own constructor are its components: compilers differ in what they keep of them there. */
    private static Stream<AnnotatedType> parameters(Executable member) {
        RecordComponent[] components = member.getDeclaringClass().getRecordComponents();
        boolean isOfRecord = components != null
                && member instanceof Constructor
                && Arrays.equals(
                        member.getParameterTypes(),
                        Arrays.stream(components).map(RecordComponent::getType).toArray());
        return isOfRecord
                ? Arrays.stream(components).map(RecordComponent::getAnnotatedType)
                : Arrays.stream(member.getParameters()).map(Parameter::getAnnotatedType);
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName() + bounds(variable.getBounds()))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounds(Type[] bounds) {
        return bounds.length == 1 && bounds[0] == Object.class
                ? ""
                : Arrays.stream(bounds).map(PublicApi::name).collect(Collectors.joining(" & ", " extends ", ""));
    }

    private static String type(AnnotatedType type) {
        return (type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "") + name(type.getType());
    }

    private static String names(Type[] types) {
        return Arrays.stream(types).map(PublicApi::name).collect(Collectors.joining(", "));
    }

    private static String name(Type type) {
        return PACKAGE.matcher(type.getTypeName()).replaceAll("").replace('$', '.');
    }
}

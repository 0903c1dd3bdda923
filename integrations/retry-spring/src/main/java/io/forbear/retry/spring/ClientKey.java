package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/** Tells by its arguments for which client a call is made. */
@FunctionalInterface
interface ClientKey {

    /** Returns the client; {@code null} for none. */
    @Nullable
    String of(MethodInvocation invocation);

    /** Reads an expression; {@code null} where it cannot be read, which is a problem. */
    static @Nullable ClientKey read(String text, Method method, Class<?> type, BeanFactory beans, Problems problems) {
        String place = Problems.place(type, method);
        ParameterNameDiscoverer discoverer = new DefaultParameterNameDiscoverer();
        @Nullable String @Nullable [] names = discoverer.getParameterNames(method);
        SpelExpression expression;
        try {
            expression = new SpelExpressionParser().parseRaw(text);
        } catch (ParseException unreadable) {
            problems.add(place, "client", text, "an expression of SpEL; " + unreadable.getSimpleMessage());
            return null;
        }
        for (String variable : variables(expression.getAST())) {
            if (index(variable, method, names) < 0 && !variable.equals("root") && !variable.equals("this")) {
                String known = names == null
                        ? "#p0, #p1, ...; names are not in the class, which -parameters puts there"
                        : "one of " + written(names, method) + ", or #p0, #p1, ...";
                problems.add(place, "client", "#" + variable, known);
                return null;
            }
        }
        String unknown = unknown(expression.getAST(), type, beans);
        if (unknown != null) {
            boolean isArgument = names != null && Arrays.asList(names).contains(unknown);
            String rule = isArgument
                    ? "#" + unknown + " for the argument"
                    : unknown.startsWith("@")
                            ? "the name of a bean"
                            : "a property of " + type.getSimpleName() + ", or an argument such as #p0";
            problems.add(place, "client", unknown, rule);
            return null;
        }
        int argument = text.startsWith("#") ? index(text.substring(1), method, names) : -1;
        if (argument >= 0) {
            return invocation -> text(invocation.getArguments()[argument]);
        }
        return invocation -> {
            Object root = invocation.getThis();
            MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(
                    root == null ? new Object() : root, method, invocation.getArguments(), discoverer);
            context.setBeanResolver(new BeanFactoryResolver(beans));
            try {
                return text(expression.getValue(context));
            } catch (EvaluationException failed) {
                throw new IllegalStateException(
                        place + ": client: " + text + ": " + failed.getMessage() + " (expected: a value)", failed);
            }
        };
    }

    /** Returns a bean, as {@code @name}, or a property of the own object that is not there; {@code null} for none. */
    private static @Nullable String unknown(SpelNode node, Class<?> type, BeanFactory beans) {
        for (String bean : beans(node)) {
            if (!beans.containsBean(bean)) {
                return "@" + bean;
            }
        }
        return properties(node).stream()
                .filter(property -> !hasProperty(type, property))
                .findFirst()
                .orElse(null);
    }

    /** Returns the properties that are read of the own object, not those of others inside of a selection or a map. */
    private static List<String> properties(SpelNode node) {
        if (node instanceof PropertyOrFieldReference) {
            return List.of(Objects.requireNonNull(node.toStringAST()));
        }
        if (node instanceof Selection || node instanceof Projection || node instanceof InlineMap) {
            return List.of();
        }
        int count = node instanceof CompoundExpression ? 1 : node.getChildCount();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.addAll(properties(node.getChild(i)));
        }
        return found;
    }

    /** Tells whether SpEL finds a property: a getter, an accessor as of a record, or a field. */
    private static boolean hasProperty(Class<?> type, String name) {
        String capital = StringUtils.capitalize(name);
        return Stream.of("get" + capital, "get" + name, "is" + capital, "is" + name, name)
                        .anyMatch(getter -> ReflectionUtils.findMethod(type, getter) != null)
                || ReflectionUtils.findField(type, name) != null;
    }

    /** Returns the names that the source has, without that of a continuation. */
    private static List<String> written(@Nullable String[] names, Method method) {
        int count = Math.min(names.length, SuspendFunction.parameters(method).size());
        return Arrays.asList(names).subList(0, count);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** Returns which parameter a variable names, by its name or its number; below zero for none. */
    private static int index(String variable, Method method, @Nullable String @Nullable [] names) {
        for (int i = 0; names != null && i < names.length; i++) {
            if (variable.equals(names[i])) {
                return i;
            }
        }
        Matcher numbered = Pattern.compile("[pa](\\d{1,3})").matcher(variable);
        int number = numbered.matches() ? Integer.parseInt(numbered.group(1)) : -1;
        return number < SuspendFunction.parameters(method).size() ? number : -1;
    }

    /** Returns the names of the beans that an expression asks, for the hints of a native image. */
    static List<String> beans(String text) {
        try {
            return beans(new SpelExpressionParser().parseRaw(text).getAST());
        } catch (ParseException unreadable) {
            return List.of(); // which is told when the application starts
        }
    }

    private static List<String> beans(SpelNode node) {
        List<String> found = new ArrayList<>();
        collectBeans(node, found);
        return found;
    }

    private static void collectBeans(SpelNode node, List<String> found) {
        if (node instanceof BeanReference) {
            String name = Objects.requireNonNull(node.toStringAST()).replaceFirst("^[@&]", "");
            found.add(name.startsWith("'") ? name.substring(1, name.length() - 1) : name);
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            collectBeans(node.getChild(i), found);
        }
    }

    private static List<String> variables(SpelNode node) {
        List<String> found = new ArrayList<>();
        if (node instanceof VariableReference) {
            found.add(Objects.requireNonNull(node.toStringAST()).substring(1));
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            found.addAll(variables(node.getChild(i)));
        }
        return found;
    }
}

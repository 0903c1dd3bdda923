/** What is of Spring Boot 3.5 alone; the rest is in {@code io.forbear.retry.spring.boot}. Boot reads it, not users. */
@NullMarked
package io.forbear.retry.spring.boot3;

import org.jspecify.annotations.NullMarked;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace SmartCity.Broker.Host.Settings;

/// <summary>
/// A section of settings, such as <c>Limits</c>: every number, time and truth of an options record, and its texts where they may be
/// absent.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="name">What stands before the colon.</param>
/// <param name="create">A record with the defaults.</param>
/// <param name="areTextsFiles">Texts name files, which must be there.</param>
internal sealed class SettingsSection<T>(string name, Func<T> create, bool areTextsFiles = true)
    where T : class
{
    private readonly PropertyInfo[] _properties =
    [
        .. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property =>
            property.CanWrite
            && (property.PropertyType.IsValueType || (property.PropertyType == typeof(string) && property.GetValue(create()) is null))),
    ];

    /// <summary>Each option with what the help says of it.</summary>
    public IEnumerable<(string Option, string Kind, string Description)> Options
    {
        get
        {
            var defaults = create();
            foreach (var property in _properties)
            {
                var description = property.GetCustomAttribute<DescriptionAttribute>()?.Description;
                yield return (
                    $"--{name}:{property.Name}", property.PropertyType.Name, description ?? $"default {property.GetValue(defaults) ?? "none"}");
            }
        }
    }

    public T Read(IConfiguration configuration, List<string> problems)
    {
        var section = configuration.GetSection(name);
        var settings = create();
        foreach (var property in _properties)
        {
            if (section[property.Name] is not { } text) continue;
            var wrong = Wrong(property, property.GetValue(settings), text, out var value);
            if (wrong is null) property.SetValue(settings, value);
            else problems.Add($"{name}:{property.Name} is '{text}', which is {wrong}");
        }

        return settings;
    }

    // Zero is a value only where it is the default.
    private string? Wrong(PropertyInfo property, object? standard, string text, out object? value)
    {
        value = Parse(property.PropertyType, text);
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
        {
            return value is not null && allowed.IsValid(value) ? null : $"none of {string.Join(", ", allowed.Values)}";
        }

        if (standard is null) return !areTextsFiles || File.Exists(text) ? null : "no file";
        if (standard is bool) return value is null ? "neither true nor false" : null;
        // A bare number would be days.
        if (standard is TimeSpan usual) return value is TimeSpan time && IsTime(time, usual) ? null : "no time between 00:00:00.001 and 23:59:59";
        var zero = Activator.CreateInstance(property.PropertyType);
        var sign = value is null ? -1 : ((IComparable)value).CompareTo(zero);
        if (standard.Equals(zero)) return sign >= 0 ? null : $"no {property.PropertyType.Name} from 0 on";
        return sign > 0 ? null : $"no {property.PropertyType.Name} above 0";
    }

    private static bool IsTime(TimeSpan time, TimeSpan standard) =>
        (time.TotalMilliseconds >= 1 && time.TotalDays < 1) || (time == TimeSpan.Zero && standard == TimeSpan.Zero);

    private static object? Parse(Type type, string text)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
        }
        catch (Exception invalid) when (invalid is FormatException or ArgumentException)
        {
            return null;
        }
    }
}

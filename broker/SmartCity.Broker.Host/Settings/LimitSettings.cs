using System.ComponentModel;
using System.Reflection;

namespace SmartCity.Broker.Host.Settings;

/// <summary>Every property of <see cref="Limits"/> is a setting; each has to be more than nothing.</summary>
internal static class LimitSettings
{
    private static readonly PropertyInfo[] Properties = typeof(Limits).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public static IEnumerable<(string Name, object Value)> Defaults =>
        Properties.Select(property => (property.Name, property.GetValue(Limits.Default)!));

    public static Limits Read(IConfiguration section, List<string> problems)
    {
        var limits = Limits.Default with { };
        foreach (var property in Properties)
        {
            if (section[property.Name] is not { } text) continue;
            if (Parse(property.PropertyType, text) is { } value) property.SetValue(limits, value);
            else problems.Add($"Limits:{property.Name} is '{text}', which is no {property.PropertyType.Name} above 0");
        }

        return limits;
    }

    private static object? Parse(Type type, string text)
    {
        try
        {
            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return value is IComparable comparable && comparable.CompareTo(Activator.CreateInstance(type)) > 0 ? value : null;
        }
        catch (Exception invalid) when (invalid is FormatException or ArgumentException)
        {
            return null;
        }
    }
}

using System.Reflection;
using System.Text;
using Xunit.Sdk;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace SmartCity.ConformanceTests.Clauses;

/// <summary>What is claimed of a clause in clauses.yaml.</summary>
public sealed class Clause
{
    public string Number { get; set; } = "";

    public string Title { get; set; } = "";

    /// <summary>yes, partial or no.</summary>
    public string Support { get; set; } = "";

    /// <summary>What is missing where the support is partial.</summary>
    public string Note { get; set; } = "";
}

/// <summary>The claims of clauses.yaml, and the tests that show them.</summary>
internal static class ClauseTable
{
    public static IReadOnlyList<Clause> Read() =>
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
            .Deserialize<List<Clause>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "clauses.yaml")));

    /// <summary>Names of tests by the number of the clause that they show.</summary>
    public static ILookup<string, string> Tests() =>
        typeof(ClauseTable).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(
                method => method.GetCustomAttributes<ClauseAttribute>(),
                (method, clause) => (clause.Number, Test: $"{method.DeclaringType!.Name}.{method.Name}"))
            .ToLookup(shown => shown.Number, shown => shown.Test);

    /// <summary>The README with the table between its markers.</summary>
    public static string Insert(string readme) => Marked.Replace(readme, "conformance", Render());

    /// <summary>How many tests there are: every row of a table is one.</summary>
    public static int CountTests() =>
        typeof(ClauseTable).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Sum(method =>
            method.GetCustomAttribute<FactAttribute>() switch
            {
                null => 0,
                TheoryAttribute => method.GetCustomAttributes<DataAttribute>().Sum(data => data.GetData(method).Count()),
                _ => 1,
            });

    /// <summary>The README above the place where the tests run.</summary>
    public static string FindReadme()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SmartCity.sln"))) return Path.Combine(folder.FullName, "README.md");
        }

        throw new FileNotFoundException("no README.md beside SmartCity.sln");
    }

    private static string Render()
    {
        var clauses = Read();
        var tests = Tests();
        var text = new StringBuilder();
        text.Append($"{Count("yes")} clauses supported, {Count("partial")} in part, {Count("no")} not yet; shown by {CountTests()} tests.\n\n");
        text.Append("<details>\n<summary>Clause by clause</summary>\n\n");
        text.Append("| clause | what | supported | tests |\n|---|---|---|--:|\n");
        foreach (var clause in clauses)
        {
            var support = clause.Note.Length == 0 ? clause.Support : $"{clause.Support}: {clause.Note}";
            text.Append($"| {clause.Number} | {clause.Title} | {support} | {tests[clause.Number].Count()} |\n");
        }

        return text.Append("\n</details>\n").ToString();

        int Count(string support) => clauses.Count(clause => clause.Support == support);
    }
}

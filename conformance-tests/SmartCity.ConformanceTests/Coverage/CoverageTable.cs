using System.Text;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Coverage;

/// <summary>The table of operations in the README of the suite: in how many tests of this run each gave which answer.</summary>
internal static class CoverageTable
{
    /// <summary>Writes it with UPDATE_README=1 in the environment.</summary>
    public static void Write()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_README") != "1") return;
        var path = Path.Combine(Path.GetDirectoryName(ClauseTable.FindReadme())!, "conformance-tests", "README.md");
        File.WriteAllText(path, Marked.Replace(File.ReadAllText(path), "operations", Render()));
    }

    public static string Render()
    {
        var answers = Run.Answers();
        var text = new StringBuilder("| operation | clauses | success: tests | errors: tests |\n|---|---|---|---|\n");
        foreach (var operation in Operation.All)
        {
            var seen = answers[operation.Name].OrderBy(answer => answer.Status).ToList();
            text.Append($"| `{operation.Name}` | {operation.Clauses} | {Counts(false)} | {Counts(true)} |\n");

            string Counts(bool errors) => string.Join(", ", seen
                .Where(answer => (int)answer.Status >= 400 == errors)
                .Select(answer => $"{(int)answer.Status}: {answer.Tests}"));
        }

        return text.ToString();
    }
}

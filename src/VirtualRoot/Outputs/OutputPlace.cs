using VirtualRoot.CasClient.Directories;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>What a name leads to: a node that the action made or changed, or an unchanged input, by its listing's entry.</summary>
/// <param name="Node">The node; null for an unchanged input.</param>
/// <param name="Listing">The listing that names the input; null where there is a node.</param>
/// <param name="Index">The input's entry.</param>
internal readonly record struct OutputPlace(TreeNode? Node, DirectoryListing? Listing, int Index);
